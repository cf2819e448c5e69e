// Authenticator and Authorizer that a test scripts.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "larder/auth/auth.hpp"

namespace larder::test {

// Knows users by the header "user <name>"; "wrong" is refused, "slow <name>" is known to authenticate() alone.
class FakeAuthenticator final : public auth::Authenticator {
 public:
  std::optional<std::string> realm = "test";
  std::map<std::string, std::uint64_t, std::less<>> stamps;  // of the accounts
  std::map<std::string, std::string> logIns;                 // base64 of user:password → user, for authenticate()

  std::shared_ptr<const auth::Identity> remembered(const auth::Presented& presented) override {
    if (presented.authorization.empty()) return std::make_shared<const auth::Identity>();
    return named("user ", presented.authorization);
  }
  runtime::Task<core::Result<std::shared_ptr<const auth::Identity>>> authenticate(std::string authorization,
                                                                                  std::string, std::string) override {
    if (auto identity = named("slow ", authorization)) co_return identity;
    constexpr std::size_t kBasic = 6;  // "Basic "
    if (auto known = logIns.find(authorization.substr(std::min(kBasic, authorization.size()))); known != logIns.end()) {
      co_return std::make_shared<const auth::Identity>(auth::Identity{known->second, {}});
    }
    co_return core::fail(core::ErrorCode::Unauthorized, "The credentials are wrong.");
  }
  std::optional<std::string> challengeRealm() const override { return realm; }
  std::optional<auth::Account> account(std::string_view user) const override {
    auto found = stamps.find(user);
    if (found == stamps.end()) return std::nullopt;
    return auth::Account{std::make_shared<const auth::Identity>(auth::Identity{std::string(user), {}}), found->second};
  }

 private:
  static std::shared_ptr<const auth::Identity> named(std::string_view prefix, std::string_view authorization) {
    if (!authorization.starts_with(prefix)) return nullptr;
    return std::make_shared<const auth::Identity>(auth::Identity{std::string(authorization.substr(prefix.size())), {}});
  }
};

// Allows what was granted, and remembers what it was asked.
class FakeAuthorizer final : public auth::Authorizer {
 public:
  bool everything = false;
  std::set<std::tuple<std::string, std::string, auth::Action>> granted;  // user, repository, action
  std::set<std::string> metricsReaders;
  std::set<std::string> admins;
  bool widened = false;                    // what loginWidensReading() answers
  mutable std::vector<std::string> asked;  // "alice read team/app"

  void grant(const std::string& user, const std::string& repository, auth::Action action) {
    granted.emplace(user, repository, action);
  }
  bool allows(const auth::Identity& identity, std::string_view repository, auth::Action action) const override {
    asked.push_back(identity.name + " " + auth::toString(action) + " " + std::string(repository));
    return everything || granted.contains({identity.name, std::string(repository), action});
  }
  auth::Decision explain(const auth::Identity& identity, std::string_view repository,
                         auth::Action action) const override {
    return {allows(identity, repository, action), "test"};
  }
  std::vector<std::size_t> entriesFor(std::string_view) const override { return {}; }
  bool loginWidensReading() const override { return widened; }
  bool allowsMetrics(const auth::Identity& identity) const override {
    return everything || metricsReaders.contains(identity.name);
  }
  bool isAdmin(const auth::Identity& identity) const override { return admins.contains(identity.name); }
};

}  // namespace larder::test
