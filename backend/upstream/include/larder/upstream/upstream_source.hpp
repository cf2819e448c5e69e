// UpstreamSource: the seam for where content comes from when it is not here. One object per upstream endpoint (one URL
// of one sync rule); it holds that endpoint's credentials, tokens, limits and breaker.
//
// Failures are typed (core/error.hpp, Upstream…) and carry the upstream's status and Retry-After. All methods may be
// called from any io thread; each ends by its deadline (UpstreamTimeout). Retries, token log-in and redirects happen
// inside. A source may be destroyed while its tasks run, or before they begin.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "larder/core/digest.hpp"
#include "larder/core/reference.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"

namespace larder::upstream {

using core::Digest;
using core::Reference;
using core::Result;
using runtime::SteadyTime;
using runtime::Task;

struct ManifestHead {
  std::optional<Digest> digest;  // Docker-Content-Digest, if the upstream sends it
  std::string mediaType;
  std::optional<std::uint64_t> size;
};

struct UpstreamManifest {
  Digest digest;  // of the bytes; equal to the reference's and to Docker-Content-Digest, else UpstreamInvalid
  std::string mediaType;
  std::string content;
  std::chrono::milliseconds waited{};  // for the request's turn at the upstream
};

// Takes a blob as it arrives.
class BlobSink {
 public:
  virtual ~BlobSink() = default;
  // A request's turn at the upstream has come (reqConcurrent, reqPerSec), after this time. Each resume waits anew.
  virtual void onTurn(std::chrono::milliseconds /*waited*/) {}
  // The blob's whole size, as soon as it is known (from Content-Length or Content-Range). Called before onData.
  virtual void onSize(std::uint64_t totalBytes) = 0;
  // The next bytes in order. The transfer waits for the task, so memory stays bounded; a failure ends the transfer
  // with that failure. `data` lives until the task ends.
  virtual Task<Result<void>> onData(std::span<const std::byte> data) = 0;
};

// Open: nothing is sent. HalfOpen: one request is under way, to try. An upstream that nobody asks stays open.
enum class BreakerState { Closed, HalfOpen, Open };

// What is known about the endpoint, for metrics and consoles.
struct UpstreamStatus {
  std::string host;
  BreakerState breaker = BreakerState::Closed;
  std::optional<std::uint64_t> rateLimit;      // RateLimit-Limit
  std::optional<std::uint64_t> rateRemaining;  // RateLimit-Remaining, while its window lasts
  std::optional<std::uint64_t> budget;         // requests that Larder allows itself in an hour
  std::optional<std::uint64_t> budgetLeft;
  std::size_t waiting = 0;  // requests that queue for their turn
  std::optional<std::chrono::milliseconds> lastFirstByte;
  std::string lastError;      // an outage, or what was denied; "" after a success
  bool loginRefused = false;  // the configured credentials are not accepted; lastError says by whom
  // While requests are paused: when the next one will be let through to try. Never in the past.
  std::optional<std::chrono::system_clock::time_point> nextTry;
  std::optional<std::chrono::system_clock::time_point> lastContact;  // the last answer of any kind
};

enum class UpstreamState {
  NeverContacted,
  Up,          // it has answered, and the breaker is closed
  Recovering,  // a request tries, after it was down
  Down,        // the breaker is open, or no request has ever been answered and the last one failed
  Denied,      // it answers, and does not accept our credentials
};

// How the upstream does: the one rule for the API, events and both faces.
UpstreamState stateOf(const UpstreamStatus& status);

class UpstreamSource {
 public:
  virtual ~UpstreamSource() = default;

  // The host as clients name it in `ns` ("docker.io" whatever the URL said).
  virtual const std::string& host() const = 0;
  // UpstreamUnavailable at once while the breaker is open: callers need not ask before they call.
  virtual UpstreamStatus status() const = 0;
  // What somebody else's request to the same place has come to, such as a trial's: an answer that took `firstByte`, or
  // `outage`, which counts as one failure.
  virtual void learn(const core::Error* outage, std::chrono::milliseconds firstByte) = 0;

  virtual Task<Result<ManifestHead>> headManifest(std::string name, Reference reference, SteadyTime deadline) = 0;
  virtual Task<Result<UpstreamManifest>> getManifest(std::string name, Reference reference, SteadyTime deadline) = 0;
  // The blob's size.
  virtual Task<Result<std::uint64_t>> headBlob(std::string name, Digest digest, SteadyTime deadline) = 0;
  // Sends the blob from `offset` to `sink`; resumes by Range after a cut, as long as there is progress or tries are
  // left. Content is not verified here. A transfer that stands still counts as cut. `sink` must live until the task
  // ends; its onSize() is left out where the upstream does not say how large the blob is.
  virtual Task<Result<void>> getBlob(std::string name, Digest digest, std::uint64_t offset, BlobSink& sink,
                                     SteadyTime deadline) = 0;
  // All pages, in the upstream's order; at most `limit`.
  virtual Task<Result<std::vector<std::string>>> tags(std::string name, std::size_t limit, SteadyTime deadline) = 0;
  virtual Task<Result<std::vector<std::string>>> catalog(std::size_t limit, SteadyTime deadline) = 0;
  // The referrers index of `digest` as JSON: from the API, else from the tag schema (distribution-spec "Unavailable
  // Referrers API"). UpstreamNotFound if it has neither.
  virtual Task<Result<std::string>> referrers(std::string name, Digest digest, SteadyTime deadline) = 0;
};

}  // namespace larder::upstream
