// What an admin should know of the policies before they are saved: in which order they are looked at, and where one
// does something that nobody may have meant.
#include <algorithm>
#include <map>

#include "admin/access_subject.hpp"
#include "admin/handlers.hpp"
#include "larder/auth/methods.hpp"
#include "larder/runtime/offload.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

using apitypes::WarningKind;

constexpr std::size_t kMostWarnings = 100;

// Somebody whom an entry names, or all who log in, or the anonymous.
struct Grantee {
  std::string name;  // as a person reads it
  auth::Identity identity;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string joined(const std::vector<apitypes::Action>& actions) {
  std::vector<std::string> words;
  words.reserve(actions.size());
  for (auto action : actions) words.emplace_back(apitypes::wordOf(action));
  return joined(words);
}

class Review {
 public:
  explicit Review(const AccessPolicies& policies)
      : authorizer_(*policies.authorizer),
        access_(*policies.config->http.accessControl),
        http_(policies.config->http),
        order_(authorizer_.entriesFor("")) {}

  apitypes::AccessReview result() {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      apitypes::RankedPolicies item{policiesOf(access_.repositories[order_[i]]), i + 1};
      review_.items.push_back(std::move(item));
    }
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const auto& entry = access_.repositories[order_[i]];
      changesByAnonymous(entry);
      for (std::size_t k = i + 1; k < order_.size() && review_.warnings.size() < kMostWarnings; ++k) {
        const auto& wider = access_.repositories[order_[k]];
        if (!wider.repositories.matches(nameWithin(entry))) continue;
        takesAway(entry, wider);
        givesByDefault(entry, wider);
      }
    }
    return std::move(review_);
  }

 private:
  // Those to whom the entry gives something, with what it gives.
  std::vector<std::pair<Grantee, std::vector<std::string>>> grantsOf(const config::RepositoryAccess& entry) const {
    std::vector<std::pair<Grantee, std::vector<std::string>>> grants;
    for (const auto& policy : entry.policies) {
      for (const auto& user : policy.users) {
        auto identity = *auth::identitiesOf(http_, std::span(&user, 1)).front();
        grants.push_back({{user, std::move(identity)}, policy.actions});
      }
      for (const auto& group : policy.groups)
        grants.push_back({{"group " + group, {":" + group, {group}}}, policy.actions});
    }
    // Nobody is named so: a user has no colon.
    if (!entry.defaultPolicy.empty()) grants.push_back({{"every logged-in user", {":", {}}}, entry.defaultPolicy});
    if (!entry.anonymousPolicy.empty()) grants.push_back({{"anonymous users", {}}, entry.anonymousPolicy});
    return grants;
  }

  // The longest glob alone decides: what the wider entry gives does not count here.
  void takesAway(const config::RepositoryAccess& entry, const config::RepositoryAccess& wider) {
    std::map<std::vector<apitypes::Action>, std::vector<std::string>> losers;
    auto name = nameWithin(entry);
    for (const auto& [subject, actions] : grantsOf(wider)) {
      std::vector<apitypes::Action> lost;
      for (auto action : kActions) {
        bool given = std::ranges::find(actions, auth::toString(action)) != actions.end();
        if (!given || action == auth::Action::DetectManifestCollision) continue;
        if (!authorizer_.allows(subject.identity, name, action)) lost.push_back(toApi(action));
      }
      auto& names = losers[lost];
      if (!lost.empty() && std::ranges::find(names, subject.name) == names.end()) names.push_back(subject.name);
    }
    for (auto& [actions, names] : losers) {
      if (actions.empty()) continue;
      add({WarningKind::TakesAway, entry.key, wider.key, names, actions,
           entry.key + " overrides " + wider.key + ", which grants " + joined(actions) + " to " + joined(names) +
               ". Only the longest matching glob applies; to keep the grant, repeat the policy under " + entry.key +
               "."});
    }
  }

  // Whoever is named for a few repositories has the wider entry's default beside.
  void givesByDefault(const config::RepositoryAccess& entry, const config::RepositoryAccess& wider) {
    if (wider.defaultPolicy.empty()) return;
    std::vector<std::string> names;
    for (const auto& policy : entry.policies) {
      names.insert(names.end(), policy.users.begin(), policy.users.end());
      for (const auto& group : policy.groups) names.push_back("group " + group);
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.empty()) return;
    auto actions = actionsOf(wider.defaultPolicy);
    add({WarningKind::WiderByDefault, entry.key, wider.key, names, actions,
         joined(names) + " can also " + joined(actions) + " everything else that matches " + wider.key +
             ": its defaultPolicy applies to every logged-in user."});
  }

  void changesByAnonymous(const config::RepositoryAccess& entry) {
    auto actions = actionsOf(entry.anonymousPolicy);
    std::erase_if(actions, [](auto action) {
      return action == apitypes::Action::Read || action == apitypes::Action::DetectManifestCollision;
    });
    if (actions.empty()) return;
    add({WarningKind::AnonymousChanges,
         entry.key,
         {},
         {"anonymous users"},
         actions,
         "Anyone on the network can " + joined(actions) + " in " + entry.key + " without logging in."});
  }

  void add(apitypes::AccessWarning warning) {
    if (review_.warnings.size() < kMostWarnings) review_.warnings.push_back(std::move(warning));
  }

  const auth::Authorizer& authorizer_;
  const config::AccessControl& access_;
  const config::Http& http_;
  const std::vector<std::size_t> order_;
  apitypes::AccessReview review_;
};

}  // namespace

Answer reviewAccess(Call call) {
  Input<apitypes::ReviewInput> input(call.body);
  checkDraft(input, input->draft);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto policies = co_await policiesOf(call, std::move(input->draft));
  if (!policies) co_return std::move(policies.error());
  apitypes::AccessReview review;
  if (policies->config->http.accessControl) {
    // Each rule is held against each other one.
    review = co_await runtime::offload(call.blocking(), [&] { return Review(*policies).result(); });
  }
  co_return jsonResponse(200, review);
}

}  // namespace larder::api::admin
