// The policies of one entry of http.accessControl.repositories, compiled.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "action.hpp"
#include "larder/auth/auth.hpp"
#include "larder/config/config.hpp"
#include "name_map.hpp"

namespace larder::auth {

// Immutable, so thread-safe; asking allocates nothing.
class PolicySet {
 public:
  explicit PolicySet(const config::RepositoryAccess& access);

  enum class Source { Policy, DefaultPolicy, AnonymousPolicy };
  struct Grant {
    Source source = Source::Policy;
    std::size_t policy = 0;  // Source::Policy: its place in `policies`
  };
  // What lets the identity do it, nothing if nothing does. As in Zot: the first policy that lists the user with the
  // action, else the first that lists one of the groups, else the default for whoever has a name and the anonymous
  // policy for who has none. An anonymous one is never in a list of users.
  std::optional<Grant> find(const Identity& identity, Action action) const;

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  // For each action the first policy that gives it, or kNone.
  struct FirstPolicies {
    std::array<std::size_t, kActionCount> policy;
    FirstPolicies() { policy.fill(kNone); }
    void add(ActionSet actions, std::size_t index);
  };

  NameMap<FirstPolicies> users_;
  NameMap<FirstPolicies> groups_;
  ActionSet byDefault_;
  ActionSet anonymous_;
};

}  // namespace larder::auth
