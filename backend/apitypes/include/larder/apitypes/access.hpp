// Users, groups, and who may do what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/basics.hpp"

namespace larder::apitypes {

enum class Action : std::uint8_t { Unknown, Read, Create, Update, Delete, DetectManifestCollision };

struct User {
  std::string name;
  std::vector<std::string> groups;
  bool admin = false;
  std::string hash;         // kind of the password hash: "bcrypt"
  std::optional<int> cost;  // of bcrypt
};
struct UserList : Page<User> {
  bool editable = false;
  std::optional<std::string> reason;  // why not
};
struct NewUser {
  std::string name;
  std::string password;
};
struct NewPassword {
  std::string password;
};
struct Group {
  std::string name;
  std::vector<std::string> users;
};
struct Policy {
  std::vector<std::string> users;
  std::vector<std::string> groups;
  std::vector<Action> actions;
};
struct RepositoryPolicies {
  std::string repositories;  // a glob
  std::vector<Policy> policies;
  std::vector<Action> defaultPolicy;
  std::vector<Action> anonymousPolicy;
};
struct Policies {
  bool configured = false;
  Policy adminPolicy;
  std::vector<RepositoryPolicies> items;  // in the order of the file
};
struct AccessDecision {
  bool allowed = false;
  std::string rule;  // path of the deciding entry; a sentence where none decides
  std::vector<std::string> groups;
};

LARDER_DECLARE_WORDS(Action);
LARDER_DECLARE_JSON(User);
LARDER_DECLARE_JSON(UserList);
LARDER_DECLARE_JSON(NewUser);
LARDER_DECLARE_JSON(NewPassword);
LARDER_DECLARE_JSON(Group);
LARDER_DECLARE_JSON(Policy);
LARDER_DECLARE_JSON(RepositoryPolicies);
LARDER_DECLARE_JSON(Policies);
LARDER_DECLARE_JSON(AccessDecision);

}  // namespace larder::apitypes
