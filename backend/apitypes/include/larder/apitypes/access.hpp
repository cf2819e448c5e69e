// Users, groups, and who may do what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/basics.hpp"

namespace larder::apitypes {

enum class DecisionSource : std::uint8_t {
  Unknown,
  Policy,
  DefaultPolicy,
  AnonymousPolicy,
  Entry,
  AdminPolicy,
  Block,
  None
};
enum class WarningKind : std::uint8_t { Unknown, TakesAway, WiderByDefault, AnonymousChanges };
enum class Action : std::uint8_t { Unknown, Read, Create, Update, Delete, DetectManifestCollision };

struct User {
  std::string name;
  std::vector<std::string> groups;
  bool admin = false;
  std::string hash;         // kind of the password hash: "bcrypt"
  std::optional<int> cost;  // of bcrypt
  std::string etag;         // for If-Match
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
struct RepositoryRule {
  std::string repositories;  // a glob
  bool wins = false;
};
// An entry of larder.blocked.
struct Block {
  std::string id;
  std::string repository;           // a glob
  std::optional<std::string> tags;  // a regular expression
  bool pull = true;
  bool mirror = true;
  std::optional<std::string> reason;
  std::optional<std::string> by;
  std::optional<std::string> at;
};
struct AccessDecision {
  bool allowed = false;
  std::string rule;  // path of the deciding entry; a sentence where none decides
  std::vector<std::string> groups;
  DecisionSource source = DecisionSource::Unknown;
  std::optional<std::string> glob;      // of the entry that decides
  std::optional<std::uint64_t> policy;  // its place in the entry's policies
  std::vector<RepositoryRule> rules;    // whose globs match, the one that decides first
  std::optional<std::string> blocked;   // why it may not be pulled, by larder.blocked; a sentence
  std::vector<Block> blocks;            // of pulls from the repository, or of some of its tags
};
// A change that is not saved yet: one of patch and config is set.
struct AccessDraft {
  std::optional<std::uint64_t> base;  // the revision that it was made upon; none: what is written
  std::optional<Json> patch;
  std::optional<Json> config;
};
// Neither user nor group: the anonymous.
struct AccessQuestion {
  std::optional<std::string> user;
  std::optional<std::string> group;
  std::string repository;
  Action action = Action::Unknown;
  std::optional<std::string> tag;  // that is to be read
  std::optional<AccessDraft> draft;
};
struct ReviewInput {
  std::optional<AccessDraft> draft;
};
struct RankedPolicies : RepositoryPolicies {
  std::uint64_t precedence = 0;  // 1: looked at first
};
struct AccessWarning {
  WarningKind kind = WarningKind::Unknown;
  std::string repositories;
  std::optional<std::string> wider;
  std::vector<std::string> who;
  std::vector<Action> actions;
  std::string message;
};
struct AccessReview {
  std::vector<RankedPolicies> items;
  std::vector<AccessWarning> warnings;
};
struct EffectiveInput {
  std::optional<std::string> user;
  std::optional<std::string> group;
  std::optional<AccessDraft> draft;
  std::optional<std::string> q;
  std::optional<std::uint64_t> limit;
  std::optional<std::string> cursor;
};
struct RepositoryRights {
  std::string repository;
  std::vector<Action> actions;
  std::string rule;                    // that decides about reading
  std::optional<std::string> blocked;  // as AccessDecision::blocked
};
struct GlobRights {
  std::string repositories;
  std::vector<Action> actions;
};
struct EffectiveAccess : Page<RepositoryRights> {
  bool admin = false;
  std::vector<std::string> groups;
  std::vector<GlobRights> globs;  // by which names are decided that are not stored yet, in order of precedence
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
LARDER_DECLARE_WORDS(DecisionSource);
LARDER_DECLARE_WORDS(WarningKind);
LARDER_DECLARE_JSON(RepositoryRule);
LARDER_DECLARE_JSON(Block);
LARDER_DECLARE_JSON(AccessDecision);
LARDER_DECLARE_JSON(AccessDraft);
LARDER_DECLARE_JSON(AccessQuestion);
LARDER_DECLARE_JSON(ReviewInput);
LARDER_DECLARE_JSON(RankedPolicies);
LARDER_DECLARE_JSON(AccessWarning);
LARDER_DECLARE_JSON(AccessReview);
LARDER_DECLARE_JSON(EffectiveInput);
LARDER_DECLARE_JSON(RepositoryRights);
LARDER_DECLARE_JSON(GlobRights);
LARDER_DECLARE_JSON(EffectiveAccess);

}  // namespace larder::apitypes
