#include "pull_recorder.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "access.hpp"
#include "oci/pull_trace.hpp"
#include "oci_path.hpp"

namespace larder::api {
namespace {

using registry::EndedKind;
using registry::EndedOutcome;
using registry::EndedTransfer;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kLong{1};
constexpr std::size_t kMostNoted = 256;
constexpr const char* kDamaged = "The stored content could not be read to its end. See the log (blob.damaged).";

bool isPull(const http::RequestHead& head, const OciPath& path) {
  if (path.route == OciRoute::Manifest) return head.method == http::Method::Get || head.method == http::Method::Head;
  // A HEAD of a blob is a push that looks whether it is there.
  return path.route == OciRoute::Blob && head.method == http::Method::Get;
}

// The first answer to a client that goes on to log in.
bool asksForLogin(const http::RequestHead& head, int status) {
  return status == 401 && credentialsIn(head.field("Authorization")).empty();
}

void conclude(EndedTransfer& transfer, const http::Outcome& outcome, const oci::PullTrace* trace,
              const registry::Arrival& arrival) {
  if (outcome.status >= 400) {
    transfer.outcome = EndedOutcome::Failed;
    transfer.error = trace ? trace->error : "";
    if (transfer.error.empty()) transfer.error = "Refused with status " + std::to_string(outcome.status) + ".";
  } else if (!outcome.complete) {
    bool failed = outcome.bodyFailed || !arrival.error.empty();
    transfer.outcome = failed ? EndedOutcome::Failed : EndedOutcome::Cancelled;
    transfer.error = failed && arrival.error.empty() ? kDamaged : arrival.error;
  }
}

}  // namespace

void recordPull(Services& services, const http::RequestHead& head, const http::Outcome& outcome) {
  auto path = parseOciPath(head.path);
  if (!isPull(head, path)) return;
  if (outcome.status < 400) {
    services.lastPull.note(services.parts.clock.now(), outcome.user, head.remoteAddress, head.field("User-Agent"),
                           path.name);
  }
  const auto* trace = dynamic_cast<const oci::PullTrace*>(outcome.trace);
  bool missed = trace && trace->cache != registry::CacheState::Hit;
  if (!missed && outcome.complete && outcome.status < 400 && outcome.took < kLong) return;
  if (asksForLogin(head, outcome.status)) return;

  auto arrival = trace && trace->growth ? trace->growth->arrival() : registry::Arrival{};
  EndedTransfer transfer;
  transfer.requestId = outcome.requestId;
  transfer.kind = path.route == OciRoute::Manifest ? EndedKind::Manifest : EndedKind::Blob;
  transfer.status = outcome.status;
  transfer.client = head.remoteAddress;
  transfer.user = outcome.user;
  transfer.agent = head.field("User-Agent").substr(0, kMostNoted);
  transfer.repository = trace ? trace->repository : "";
  if (transfer.repository.empty()) transfer.repository = path.name.substr(0, kMostNoted);
  transfer.reference = path.reference.substr(0, kMostNoted);
  if (trace) {
    transfer.digest = trace->digest;
    transfer.upstream = trace->upstream;
  }
  // In whole milliseconds, as they are kept.
  transfer.endedAt = std::chrono::floor<milliseconds>(services.parts.clock.now());
  transfer.startedAt = transfer.endedAt - std::chrono::floor<milliseconds>(outcome.took);
  transfer.waited = trace ? trace->waited + arrival.waited : milliseconds{};
  transfer.firstByte = std::chrono::duration_cast<milliseconds>(outcome.firstByte);
  transfer.bytes = outcome.bytes;
  if (missed && trace->cache == registry::CacheState::Miss) {
    transfer.upstreamBytes = outcome.bytes - std::min(outcome.bytes, arrival.storedBefore);
  }
  conclude(transfer, outcome, trace, arrival);
  services.parts.registry.pullHistory().record(std::move(transfer));
}

}  // namespace larder::api
