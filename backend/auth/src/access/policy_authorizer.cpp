#include "policy_authorizer.hpp"

#include <algorithm>

#include "larder/auth/configured.hpp"
#include "larder/auth/methods.hpp"

namespace larder::auth {
namespace {

template <class T>
bool contains(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::vector<core::Glob> globs(const config::AccessControl* access) {
  std::vector<core::Glob> list;
  if (access == nullptr) return list;
  for (const auto& entry : access->repositories) list.push_back(entry.repositories);
  return list;
}

// A key of a JSON object as a path has it: ["team/**"].
std::string bracketed(std::string_view key) {
  std::string out = "[\"";
  for (char c : key) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"]";
}

}  // namespace

PolicyAuthorizer::PolicyAuthorizer(config::Snapshot config)
    : config_(std::move(config)),
      access_(config_->http.accessControl ? &*config_->http.accessControl : nullptr),
      authentication_(authenticationConfigured(config_->http)),
      patterns_(globs(access_)) {
  if (access_ == nullptr) return;
  entries_.reserve(access_->repositories.size());
  for (const auto& access : access_->repositories) {
    entries_.emplace_back(access);
    anonymousMaySomething_ |= actionSet(access.anonymousPolicy).any();
  }
  adminActions_ = actionSet(access_->adminPolicy.actions);
  loginWidensReading_ = findsReadersAmongUsers();
}

// Names that no entry matches are the admins' alone, if there are such names.
bool PolicyAuthorizer::findsReadersAmongUsers() const {
  auto someoneReads = [](const config::AccessPolicy& policy) {
    return !(policy.users.empty() && policy.groups.empty()) && actionSet(policy.actions).test(index(Action::Read));
  };
  bool adminsRead = someoneReads(access_->adminPolicy);
  bool coversAll = false;
  for (const auto& entry : access_->repositories) {
    coversAll |= entry.repositories.pattern() == "**";
    if (actionSet(entry.anonymousPolicy).test(index(Action::Read))) continue;
    if (adminsRead || actionSet(entry.defaultPolicy).test(index(Action::Read)) ||
        std::any_of(entry.policies.begin(), entry.policies.end(), someoneReads)) {
      return true;
    }
  }
  return adminsRead && !coversAll;
}

bool PolicyAuthorizer::allows(const Identity& identity, std::string_view repository, Action action) const {
  return decide(identity, repository, action).allowed;
}

Decision PolicyAuthorizer::explain(const Identity& identity, std::string_view repository, Action action) const {
  Verdict verdict = decide(identity, repository, action);
  Decision decision{verdict.allowed, describe(verdict)};
  if (verdict.reason == Reason::AdminPolicy) decision.source = Decision::Source::AdminPolicy;
  if (verdict.reason != Reason::Entry) return decision;
  decision.entry = verdict.entry;
  decision.source = Decision::Source::Entry;
  if (!verdict.allowed) return decision;
  switch (verdict.grant.source) {
    case PolicySet::Source::Policy:
      decision.source = Decision::Source::Policy;
      decision.policy = verdict.grant.policy;
      break;
    case PolicySet::Source::DefaultPolicy:
      decision.source = Decision::Source::DefaultPolicy;
      break;
    case PolicySet::Source::AnonymousPolicy:
      decision.source = Decision::Source::AnonymousPolicy;
      break;
  }
  return decision;
}

std::vector<std::size_t> PolicyAuthorizer::entriesFor(std::string_view repository) const {
  return patterns_.allMatches(repository);
}

PolicyAuthorizer::Verdict PolicyAuthorizer::decide(const Identity& identity, std::string_view repository,
                                                   Action action) const {
  if (action == Action::DetectManifestCollision) return decideCollision(identity, repository);
  if (access_ == nullptr) {
    if (!authentication_) return {true, Reason::NoAuthentication};
    return {!identity.isAnonymous(), Reason::NoAccessControl};
  }
  Verdict verdict = repository.empty() ? decideRoot(identity, action) : decideEntry(identity, repository, action);
  if (!verdict.allowed && adminActions_.test(index(action)) && isInAdminPolicy(identity)) {
    return {true, Reason::AdminPolicy};
  }
  return verdict;
}

PolicyAuthorizer::Verdict PolicyAuthorizer::decideRoot(const Identity& identity, Action action) const {
  if (action != Action::Read) return {false, Reason::RootChange};
  if (!authentication_) return {true, Reason::NoAuthentication};
  if (!identity.isAnonymous()) return {true, Reason::Root};
  return {anonymousMaySomething_, Reason::RootAnonymous};
}

PolicyAuthorizer::Verdict PolicyAuthorizer::decideEntry(const Identity& identity, std::string_view repository,
                                                        Action action) const {
  auto entry = patterns_.longestMatch(repository);
  if (!entry) return {false, Reason::NoEntry};
  auto grant = entries_[*entry].find(identity, action);
  return {grant.has_value(), Reason::Entry, *entry, grant.value_or(PolicySet::Grant{})};
}

// No permission but a duty: who has it may not delete a manifest that has several tags. So it is never implied.
PolicyAuthorizer::Verdict PolicyAuthorizer::decideCollision(const Identity& identity,
                                                            std::string_view repository) const {
  if (access_ == nullptr) return {false, Reason::NoCollisionCheck};
  if (isInAdminPolicy(identity)) return {false, Reason::AdminsUnchecked};
  return decideEntry(identity, repository, Action::DetectManifestCollision);
}

std::string PolicyAuthorizer::describe(const Verdict& verdict) const {
  switch (verdict.reason) {
    case Reason::NoAuthentication:
      return "http.auth is not configured, so no login is needed";
    case Reason::NoAccessControl:
      return "http.accessControl is not configured, so logged-in users may do everything and anonymous users nothing";
    case Reason::AdminPolicy:
      return "http.accessControl.adminPolicy";
    case Reason::NoEntry:
      return "no glob in http.accessControl.repositories matches";
    case Reason::Root:
      return "logged-in users may read the API root and the catalog";
    case Reason::RootAnonymous:
      return "anonymous users may read the API root and the catalog if an anonymousPolicy grants them anything";
    case Reason::RootChange:
      return "only http.accessControl.adminPolicy grants changes outside repositories";
    case Reason::NoCollisionCheck:
      return "http.accessControl is not configured, so manifest collisions are not detected";
    case Reason::AdminsUnchecked:
      return "manifest collisions are not detected when a member of http.accessControl.adminPolicy deletes";
    case Reason::Entry:
      break;
  }
  std::string path = "http.accessControl.repositories" + bracketed(access_->repositories[verdict.entry].key);
  if (!verdict.allowed) return path;
  switch (verdict.grant.source) {
    case PolicySet::Source::Policy:
      return path + ".policies[" + std::to_string(verdict.grant.policy) + ']';
    case PolicySet::Source::DefaultPolicy:
      return path + ".defaultPolicy";
    case PolicySet::Source::AnonymousPolicy:
      return path + ".anonymousPolicy";
  }
  return path;
}

bool PolicyAuthorizer::isInAdminPolicy(const Identity& identity) const {
  if (identity.isAnonymous()) return false;
  const auto& policy = access_->adminPolicy;
  return contains(policy.users, identity.name) ||
         std::any_of(identity.groups.begin(), identity.groups.end(),
                     [&](const std::string& group) { return contains(policy.groups, group); });
}

// As in Zot, access control without `metrics` closes them to all but admins, whatever their actions are.
bool PolicyAuthorizer::allowsMetrics(const Identity& identity) const {
  if (access_ == nullptr) return !authentication_ || !identity.isAnonymous();
  if (isInAdminPolicy(identity) || isNamedAdmin(identity)) return true;
  if (!access_->metrics) return false;
  if (identity.isAnonymous()) return actionSet(access_->metrics->anonymousPolicy).test(index(Action::Read));
  return contains(access_->metrics->users, identity.name);
}

bool PolicyAuthorizer::isNamedAdmin(const Identity& identity) const {
  return !identity.isAnonymous() && contains(config_->larder.management.admins, identity.name);
}

// Zot's adminPolicy may give less than everything: one that gives `read` alone makes auditors, not admins.
bool PolicyAuthorizer::isAdmin(const Identity& identity) const {
  if (identity.isAnonymous()) return false;
  if (isNamedAdmin(identity)) return true;
  if (access_ == nullptr) return authentication_;
  constexpr std::array kAll = {Action::Read, Action::Create, Action::Update, Action::Delete};
  auto all = [&](auto given) { return std::all_of(kAll.begin(), kAll.end(), given); };
  if (isInAdminPolicy(identity) && all([&](Action action) { return adminActions_.test(index(action)); })) return true;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (access_->repositories[i].repositories.pattern() != "**") continue;
    return all([&](Action action) { return entries_[i].find(identity, action).has_value(); });
  }
  return false;
}

std::shared_ptr<Authorizer> makeAuthorizer(config::Snapshot config) {
  return std::make_shared<PolicyAuthorizer>(std::move(config));
}

}  // namespace larder::auth
