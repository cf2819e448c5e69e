// What a sync rule would do, saved or not: which tags it takes, and whether its upstream answers.
#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "admin/node_files.hpp"
#include "admin/wanted.hpp"
#include "larder/apitypes/sync.hpp"
#include "larder/config/hosts.hpp"
#include "larder/config/sync_rules.hpp"
#include "larder/runtime/offload.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

constexpr std::size_t kMostTags = 10'000;
constexpr std::size_t kMostNoted = 500;  // bytes of the URLs in the audit log
constexpr std::size_t kMostImages = 20;

// Whom a trial asks, for the audit log.
std::string namedIn(const config::SyncRegistry& rule) {
  std::string urls;
  for (const auto& url : rule.urls) {
    if (!urls.empty()) urls += ' ';
    urls += url;
    if (urls.size() <= kMostNoted) continue;
    urls.resize(kMostNoted);
    return urls + "…";
  }
  return urls;
}

// Tries the saving of the rule after those there are: what an edit may not name, a trial may not either.
tl::expected<config::Edited, config::Refusal> tryToAdd(config::Editor* editor, Json rule, config::Snapshot* next) {
  config::EditOptions options;
  options.dryRun = true;
  options.veto = [next](const config::Snapshot& made) {
    *next = made;
    return std::optional<core::Error>{};
  };
  return editor->edit(config::addRule(std::move(rule)), options);
}

// "rule.urls[0]" of "extensions.sync.registries[2].urls[0]".
std::string placeInRule(const std::string& place, const std::string& rule) {
  constexpr std::string_view kRules = "extensions.sync.registries[";
  if (!place.starts_with(kRules)) return place;
  auto inner = rule + place.substr(std::min(place.find(']'), place.size() - 1) + 1);
  if (inner.starts_with('.')) inner.erase(0, 1);
  return inner;
}

// The rule as the configuration would have it; 422 with what is wrong.
runtime::Task<tl::expected<config::SyncRegistry, http::Response>> parseRule(Call* call, Json rule, std::string path) {
  auto* editor = &call->services->parts.editor;
  config::Snapshot next;
  auto tried = co_await runtime::offload(call->blocking(), [&] { return tryToAdd(editor, std::move(rule), &next); });
  if (next) {
    call->note->object = namedIn(next->extensions.sync->registries.back());
    co_return next->extensions.sync->registries.back();
  }
  if (!tried && tried.error().kind != config::Refusal::Kind::Invalid) {
    co_return tl::make_unexpected(failed(*call, tried.error().error));
  }
  std::vector<InputError> errors;
  for (auto& problem : tried.error().problems) {
    errors.push_back(
        {placeInRule(problem.path, path), std::move(problem.message), unlessEmpty(std::move(problem.hint))});
  }
  co_return tl::make_unexpected(invalidInput(std::move(errors)));
}

apitypes::LoginResult loginOf(registry::LoginResult login) {
  switch (login) {
    case registry::LoginResult::Anonymous:
      return apitypes::LoginResult::Anonymous;
    case registry::LoginResult::Accepted:
      return apitypes::LoginResult::Accepted;
    case registry::LoginResult::Refused:
      return apitypes::LoginResult::Refused;
    case registry::LoginResult::Unknown:
      break;
  }
  return apitypes::LoginResult::Unknown;
}

std::optional<apitypes::TlsResult> tlsOf(registry::TlsResult tls) {
  switch (tls) {
    case registry::TlsResult::Verified:
      return apitypes::TlsResult::Verified;
    case registry::TlsResult::Unverified:
      return apitypes::TlsResult::Unverified;
    case registry::TlsResult::Failed:
      return apitypes::TlsResult::Failed;
    case registry::TlsResult::Unknown:
      break;
  }
  return std::nullopt;
}

apitypes::UpstreamTest resultOf(const registry::UpstreamTest& test) {
  apitypes::UpstreamTest result;
  result.url = test.url;
  result.ok = test.error.empty();
  result.reachable = test.reachable;
  result.tls = tlsOf(test.tls);
  result.login = loginOf(test.login);
  result.tookMs = static_cast<std::uint64_t>(test.took.count());
  result.rateLimit = test.rateLimit;
  result.rateRemaining = test.rateRemaining;
  result.error = unlessEmpty(test.error);
  return result;
}

// For one trial: it is passed on and forgotten.
std::optional<config::Credential> givenIn(const std::optional<apitypes::NewCredential>& credentials,
                                          InputFaults& faults) {
  if (!credentials) return std::nullopt;
  faults.limit("credentials.username", credentials->username, InputFaults::kMaxUpstreamUser);
  faults.limit("credentials.password", credentials->password, InputFaults::kMaxUpstreamPassword);
  return config::Credential{credentials->username, credentials->password};
}

// "library/nginx" of "docker.io/library/nginx", if that is the rule's host.
std::string nameAtUpstream(const config::SyncRegistry& rule, std::string name) {
  auto host = config::canonicalHost(rule.urls.front()) + "/";
  if (name.starts_with(host)) name.erase(0, host.size());
  return name;
}

}  // namespace

Answer previewRule(Call call) {
  Input<apitypes::PreviewInput> input(call.body);
  auto given = givenIn(input->credentials, input);
  const auto& repository = input->repository;
  input.limit("repository", repository, core::kMaxRepositoryName);
  if (!input->rule.is_object()) input.wrong("rule", "This must be a sync rule object.");
  if (!repository.empty() && !core::isRepositoryName(repository)) {
    input.wrong("repository", "This is not a valid repository name.", "library/redis");
  }
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto rule = co_await parseRule(&call, std::move(input->rule), "rule");
  if (!rule) co_return std::move(rule.error());
  auto preview = co_await call.services->parts.registry.sync().preview(std::move(*rule), repository, std::move(given));
  if (!preview) co_return failed(call, preview.error());
  apitypes::TagPreview tags;
  tags.repository = std::move(preview->repository);
  tags.total = preview->tags.size();
  for (auto& tag : preview->tags) {
    if (!tag.refusedBy) ++tags.taken;
    if (tags.items.size() == kMostTags) continue;
    tags.items.push_back({std::move(tag.tag), !tag.refusedBy, {}});
    if (tag.refusedBy) tags.items.back().reason = tag.refusedBy;
  }
  co_return jsonResponse(200, tags);
}

Answer testRule(Call call) {
  Input<apitypes::TestInput> input(call.body);
  auto given = givenIn(input->credentials, input);
  if (!input->rule.is_object()) input.wrong("rule", "This must be a sync rule object.");
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto rule = co_await parseRule(&call, std::move(input->rule), "rule");
  if (!rule) co_return std::move(rule.error());
  auto tests = co_await call.services->parts.registry.sync().test(std::move(*rule), std::move(given),
                                                                  [&call] { return call.request->clientLeft(); });
  std::vector<apitypes::UpstreamTest> results;
  results.reserve(tests.size());
  for (const auto& test : tests) results.push_back(resultOf(test));
  co_return jsonResponse(200, wholeList(std::move(results)));
}

Answer tryRoute(Call call) {
  Input<apitypes::RouteTrialInput> input(call.body);
  auto images = input->images.value_or(std::vector<std::string>{});
  if (!input->rule.is_object()) input.wrong("rule", "This must be a sync rule object.");
  if (images.size() > kMostImages) input.wrong("images", "At most 20 names are allowed.");
  std::vector<WantedImage> wanted;
  for (std::size_t i = 0; i < images.size() && i < kMostImages; ++i) {
    auto image = parseImage(images[i]);
    if (!image)
      input.wrong("images[" + std::to_string(i) + "]", "This is not a valid image name.", "library/nginx:1.27");
    if (image) wanted.push_back(std::move(*image));
  }
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto rule = co_await parseRule(&call, std::move(input->rule), "rule");
  if (!rule) co_return std::move(rule.error());
  auto ids = co_await rulesInForce(call);
  if (!ids) co_return failed(call, ids.error());
  std::optional<std::size_t> place;
  if (input->id) {
    auto found = std::ranges::find(*ids, *input->id);
    if (found == ids->end()) co_return problemResponse(404, "Sync rule not found.");
    place = static_cast<std::size_t>(found - ids->begin());
  }
  std::vector<std::string> names;
  for (const auto& image : wanted) names.push_back(nameAtUpstream(*rule, image.repository));
  auto trials = call.services->parts.registry.sync().tryRoute(std::move(*rule), place, std::move(names));
  std::vector<apitypes::RouteTrial> results;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    auto& trial = trials[i];
    auto& result = results.emplace_back();
    result.image = i < images.size() ? images[i] : trial.name;
    result.taken = !trial.repository.empty();
    result.blocked = unlessEmpty(std::move(trial.blocked));
    result.urls = std::move(trial.urls);
    if (trial.servedFirstBy && *trial.servedFirstBy < ids->size()) {
      result.servedFirstBy = {(*ids)[*trial.servedFirstBy], *trial.servedFirstBy};
    }
    if (!result.taken) continue;
    auto reference = i < wanted.size() ? wanted[i].reference : core::Reference::ofTag("latest");
    result.commands = pullCommands(ownAddress(call), WantedImage{trial.repository, reference}.name());
    result.repository = std::move(trial.repository);
  }
  co_return jsonResponse(200, wholeList(std::move(results)));
}

}  // namespace larder::api::admin
