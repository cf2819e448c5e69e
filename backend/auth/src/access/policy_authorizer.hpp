// Zot's access control, compiled from one configuration.
#pragma once

#include <vector>

#include "access/pattern_index.hpp"
#include "access/policy_set.hpp"
#include "action.hpp"
#include "larder/auth/auth.hpp"
#include "larder/config/config.hpp"

namespace larder::auth {

// Immutable, so thread-safe. Nothing is remembered between requests: what a new configuration takes away is gone with
// the object that was made from the old one.
class PolicyAuthorizer final : public Authorizer {
 public:
  explicit PolicyAuthorizer(config::Snapshot config);

  bool allows(const Identity& identity, std::string_view repository, Action action) const override;
  Decision explain(const Identity& identity, std::string_view repository, Action action) const override;
  std::vector<std::size_t> entriesFor(std::string_view repository) const override;
  bool loginWidensReading() const override { return loginWidensReading_; }
  bool allowsMetrics(const Identity& identity) const override;
  bool isAdmin(const Identity& identity) const override;

 private:
  // What decided. Made without a string, so that allows() and explain() share it.
  enum class Reason {
    NoAuthentication,  // nobody can log in, so anyone may what is not about a repository, or all
    NoAccessControl,   // whoever logs in may, and nobody else
    AdminPolicy,
    Entry,             // of `repositories`: gives it, or matches without giving it
    NoEntry,           // no glob matches
    Root,              // what is not about one repository: whoever logs in may read it
    RootAnonymous,     // …, and the anonymous if there is anything for them
    RootChange,        // nothing there can be changed
    NoCollisionCheck,  // detectManifestCollision without access control
    AdminsUnchecked,   // detectManifestCollision of an admin
  };
  struct Verdict {
    bool allowed = false;
    Reason reason = Reason::NoEntry;
    std::size_t entry = 0;
    PolicySet::Grant grant{};
  };

  Verdict decide(const Identity& identity, std::string_view repository, Action action) const;
  Verdict decideRoot(const Identity& identity, Action action) const;
  Verdict decideCollision(const Identity& identity, std::string_view repository) const;
  Verdict decideEntry(const Identity& identity, std::string_view repository, Action action) const;
  std::string describe(const Verdict& verdict) const;
  bool findsReadersAmongUsers() const;
  bool isInAdminPolicy(const Identity& identity) const;
  bool isNamedAdmin(const Identity& identity) const;  // in larder.management.admins

  const config::Snapshot config_;
  const config::AccessControl* const access_;  // of config_, null if none is configured
  const bool authentication_;
  const PatternIndex patterns_;
  std::vector<PolicySet> entries_;  // as in access_->repositories
  ActionSet adminActions_;          // of adminPolicy
  bool anonymousMaySomething_ = false;
  bool loginWidensReading_ = false;
};

}  // namespace larder::auth
