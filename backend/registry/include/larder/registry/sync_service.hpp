// The sync rules at work: what they serve, their polls, and what a rule would do before it is saved.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "larder/config/config.hpp"
#include "larder/registry/block_list.hpp"
#include "larder/registry/job_service.hpp"
#include "larder/upstream/upstream_source.hpp"

namespace larder::registry {

// What one poll of a rule has come to.
struct PollReport {
  static constexpr std::size_t kMaxMessages = 20;

  storage::WallTime startedAt{};
  std::optional<storage::WallTime> endedAt;  // none: it runs, or the daemon ended meanwhile
  std::uint64_t repositories = 0;
  std::uint64_t tags = 0;     // that the rule takes
  std::uint64_t copied = 0;   // of them, new or moved
  std::uint64_t skipped = 0;  // of them, unsigned or gone meanwhile
  std::uint64_t bytes = 0;    // of blobs that were fetched
  std::uint64_t errors = 0;
  std::vector<std::string> messages;  // of the first errors
  // The upstream was away, or wanted a pause: the run gave up, and another one may begin then.
  std::optional<storage::WallTime> retryAt;

  void fail(std::string message);
};

struct SyncRun {
  std::size_t rule = 0;  // index in extensions.sync.registries
  PollReport report;
};

struct SyncTag {
  std::string tag;
  const char* refusedBy = nullptr;  // "regex", "excludeRegex", "semver", "blocked"; null: the rule takes it
};
struct SyncPreview {
  std::string repository;  // the local one; "": the rule does not take the repository
  std::vector<SyncTag> tags;
};

// How a name is served: for the explain call and the log.
struct RouteStep {
  std::size_t rule = 0;      // index in extensions.sync.registries
  std::string upstreamHost;  // "docker.io"
  std::string upstreamName;  // "library/nginx"
  // Where it is asked for, in the order of trial: "https://registry-1.docker.io/v2/library/nginx".
  std::vector<std::string> urls;
};
struct RouteExplanation {
  std::string repository;        // the local one
  std::string place;             // the local name that access policies are asked about
  RepositoryNames names;         // by which blocks may speak of it
  std::vector<RouteStep> steps;  // in the order of trial; empty: no rule serves it
  std::string blocked;           // why it may not be pulled, or not be fetched, by larder.blocked; "" if it may
};

// What a rule that need not be saved would do with a name of its upstream.
struct RouteTrial {
  std::string name;               // at the upstream
  std::string repository;         // the local one; "": the rule does not take the name
  std::vector<std::string> urls;  // as RouteStep::urls
  // The rule that is asked first by whoever does not say which registry they mean, if it is another one.
  std::optional<std::size_t> servedFirstBy;
  std::string blocked;  // as RouteExplanation::blocked
};

enum class LoginResult : std::uint8_t { Anonymous, Accepted, Refused, Unknown };
// Unknown: nothing answered, or the URL is http:.
enum class TlsResult : std::uint8_t { Unknown, Verified, Unverified, Failed };
struct UpstreamTest {
  std::string url;
  bool reachable = false;
  TlsResult tls = TlsResult::Unknown;
  LoginResult login = LoginResult::Unknown;
  std::chrono::milliseconds took{};
  std::optional<std::uint64_t> rateLimit, rateRemaining;
  std::string error;  // "": all is well
};

// Thread-safe. A rule is named by its index in extensions.sync.registries: NotFound if there is none, Conflict if it is
// not polled.
class SyncService {
 public:
  virtual ~SyncService() = default;
  // What a pull of `repository` would ask, with `ns` as the registry that the client means, or "", and `tag`, or "".
  // What is blocked is explained all the same. NameUnknown if no rule is for `ns`.
  virtual runtime::Task<core::Result<RouteExplanation>> explainRoute(std::string repository, std::string ns,
                                                                     std::string tag) = 0;

  // The last ones, the newest first; none for a rule that is not polled.
  virtual runtime::Task<core::Result<std::vector<SyncRun>>> runs(std::size_t rule) = 0;
  // Polls now, whether it is due or paused. Conflict also while its upstream is being polled.
  virtual runtime::Task<core::Result<Job>> run(std::size_t rule, std::string by) = 0;
  // No poll begins by itself any more, over restarts too, or does again.
  virtual runtime::Task<core::Result<void>> pause(std::size_t rule, bool paused) = 0;
  virtual runtime::Task<core::Result<bool>> isPaused(std::size_t rule) = 0;
  // When the next poll begins by itself; nothing for a rule that is paused or not polled, and where another daemon on
  // this data directory polls.
  virtual std::optional<storage::WallTime> nextRun(std::size_t rule) = 0;

  // Which tags of the upstream's repository such a rule would take. The upstream's failures. `given`: whom to log in as
  // at the rule's first URL, and at others of the same host, instead of what is stored; it is kept nowhere.
  virtual runtime::Task<core::Result<SyncPreview>> preview(config::SyncRegistry rule, std::string repository,
                                                           std::optional<config::Credential> given) = 0;
  // Asks each URL of the rule for something, one after the other, with the credentials that are configured for its host
  // or `given`; no further one once `isOver` says so.
  virtual runtime::Task<std::vector<UpstreamTest>> test(config::SyncRegistry rule,
                                                        std::optional<config::Credential> given,
                                                        std::function<bool()> isOver) = 0;
  // Where names would lead if the rule stood at `place`, or after the others. Nobody is asked; without `names` one that
  // the rule takes is made up.
  virtual std::vector<RouteTrial> tryRoute(config::SyncRegistry rule, std::optional<std::size_t> place,
                                           std::vector<std::string> names) const = 0;
  // How the upstreams do, one for each endpoint that the rules lead to and that was asked since the start.
  virtual std::vector<upstream::UpstreamStatus> upstreams() const = 0;
};

}  // namespace larder::registry
