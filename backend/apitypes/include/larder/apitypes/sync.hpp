// The sync rules, what they do, and the credentials of upstreams.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/repositories.hpp"
#include "larder/apitypes/status.hpp"

namespace larder::apitypes {

enum class TlsResult : std::uint8_t { Unknown, Verified, Unverified, Failed };
enum class LoginResult : std::uint8_t { Unknown, Anonymous, Accepted, Refused };

// One poll of a rule.
struct Run {
  std::string rule;         // its id
  std::uint64_t index = 0;  // its place now
  Time startedAt{};
  std::optional<Time> endedAt;
  std::optional<Time> retryAt;
  std::uint64_t repositories = 0;
  std::uint64_t tags = 0;
  std::uint64_t copied = 0;
  std::uint64_t skipped = 0;
  std::uint64_t bytes = 0;
  std::uint64_t errors = 0;
  std::vector<std::string> messages;
};
struct Rule {
  std::string id;  // stays when the rule is edited or moved
  std::uint64_t index = 0;
  Json config = Json::object();  // an entry of extensions.sync.registries
  bool polls = false;
  bool paused = false;
  std::optional<Time> nextRunAt;
  std::optional<Run> lastRun;
  std::vector<UpstreamHealth> upstreams;
  bool hasCredentials = false;
};
struct RuleSaved : ConfigSaved {
  std::string id;
};
struct RuleOrder {
  std::vector<std::string> order;
};
struct Pause {
  bool paused = false;
};
struct RouteStep {
  std::string rule;  // its id
  std::uint64_t index = 0;
  std::string upstream;
  std::string name;
  std::vector<std::string> urls;
};
struct RouteExplanation {
  std::string repository;
  std::string reference;
  std::vector<RouteStep> steps;
  bool stored = false;
  std::optional<std::string> blocked;  // why it is refused
};
struct NewCredential {
  std::string username;
  std::string password;
};
enum class PresetCredentials : std::uint8_t { Unknown, None, Optional, Needed };
// A registry that many mirror.
struct Preset {
  std::string id;
  std::string title;
  std::vector<std::string> urls;
  std::vector<Json> content;
  PresetCredentials credentials = PresetCredentials::Unknown;
  std::optional<std::string> note;
  Json rule = Json::object();
};
// `credentials` are for this trial alone, instead of what is stored.
struct TestInput {
  Json rule = Json::object();
  std::optional<NewCredential> credentials;
};
struct PreviewInput {
  Json rule = Json::object();
  std::string repository;  // at the upstream
  std::optional<NewCredential> credentials;
};
struct RouteTrialInput {
  Json rule = Json::object();
  std::optional<std::string> id;                   // of the saved rule that it replaces
  std::optional<std::vector<std::string>> images;  // names at the upstream, with or without its host
};
struct FirstRule {
  std::string rule;  // its id
  std::uint64_t index = 0;
};
struct RouteTrial {
  std::string image;
  bool taken = false;
  std::optional<std::string> repository;  // the local one
  std::vector<std::string> urls;
  std::vector<PullCommand> commands;
  std::optional<FirstRule> servedFirstBy;
  std::optional<std::string> blocked;
};
struct PreviewedTag {
  std::string tag;
  bool taken = false;
  std::optional<std::string> reason;
};
struct TagPreview {
  std::string repository;  // the local one, "" if the rule does not take it
  std::uint64_t total = 0;
  std::uint64_t taken = 0;
  std::vector<PreviewedTag> items;
};
struct UpstreamTest {
  std::string url;
  bool ok = false;
  bool reachable = false;
  std::optional<TlsResult> tls;
  LoginResult login = LoginResult::Unknown;
  std::uint64_t tookMs = 0;
  std::optional<std::uint64_t> rateLimit;
  std::optional<std::uint64_t> rateRemaining;
  std::optional<std::string> error;
};
struct CredentialHost {
  std::string host;
  std::string username;
  std::string etag;  // for If-Match
};
struct CredentialList : Page<CredentialHost> {
  bool editable = false;
  std::optional<std::string> reason;  // why not
};

LARDER_DECLARE_WORDS(TlsResult);
LARDER_DECLARE_WORDS(PresetCredentials);
LARDER_DECLARE_JSON(Preset);
LARDER_DECLARE_JSON(TestInput);
LARDER_DECLARE_JSON(RouteTrialInput);
LARDER_DECLARE_JSON(FirstRule);
LARDER_DECLARE_JSON(RouteTrial);
LARDER_DECLARE_WORDS(LoginResult);
LARDER_DECLARE_JSON(Run);
LARDER_DECLARE_JSON(Rule);
LARDER_DECLARE_JSON(RuleSaved);
LARDER_DECLARE_JSON(RuleOrder);
LARDER_DECLARE_JSON(Pause);
LARDER_DECLARE_JSON(RouteStep);
LARDER_DECLARE_JSON(RouteExplanation);
LARDER_DECLARE_JSON(PreviewInput);
LARDER_DECLARE_JSON(PreviewedTag);
LARDER_DECLARE_JSON(TagPreview);
LARDER_DECLARE_JSON(UpstreamTest);
LARDER_DECLARE_JSON(CredentialHost);
LARDER_DECLARE_JSON(CredentialList);
LARDER_DECLARE_JSON(NewCredential);

}  // namespace larder::apitypes
