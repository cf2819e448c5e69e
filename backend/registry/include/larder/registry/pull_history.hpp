// Requests of clients that have ended and are worth a look: those that went upstream, took long, or failed.
//
// The last kRecent are kept, and failures for kFailureAge besides (at most kFailures), over a restart too. A failure
// that comes again is one entry with a count, so that a node that tries every minute hides nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "larder/storage/meta_store.hpp"

namespace larder::registry {

enum class EndedKind : std::uint8_t { Manifest, Blob };
enum class EndedOutcome : std::uint8_t { Served, Failed, Cancelled };  // Cancelled: the client left
const char* toString(EndedKind kind);                                  // "manifest", "blob"
const char* toString(EndedOutcome outcome);                            // "served", "failed", "cancelled"

struct EndedTransfer {
  std::string requestId;
  std::string pull;  // the pull that it is part of; given by the history
  EndedKind kind = EndedKind::Blob;
  EndedOutcome outcome = EndedOutcome::Served;
  int status = 0;
  std::string client, user, agent;  // address; name, "" for the anonymous; User-Agent
  std::string repository;
  std::string reference;  // as asked for: a tag or a digest
  std::string digest;     // "" if not known
  std::string upstream;   // host, "" if none is concerned
  storage::WallTime startedAt{}, endedAt{};
  std::chrono::milliseconds waited{};     // for its turn at the upstream
  std::chrono::milliseconds firstByte{};  // until the answer began
  std::uint64_t bytes = 0;                // of body sent
  std::uint64_t upstreamBytes = 0;        // of those, that came from the upstream meanwhile
  std::string error;                      // "" unless it failed
  std::uint64_t times = 1;                // how often it failed so; the rest is of the last time

  std::chrono::milliseconds took() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(endedAt - startedAt);
  }
};

// A second or more until the answer began or for a turn, or below 5 MiB/s for 5 s or longer.
bool isSlow(const EndedTransfer& transfer);

// What one client pulled of one repository in one go: the manifest and its layers. Another try after a failure is
// another pull.
struct Pull {
  std::string id, client, user, repository;
  std::string reference;  // the tag if one was asked for, else a manifest's digest, else ""
  std::string upstream;   // "" if all came from here
  storage::WallTime startedAt{}, endedAt{};
  EndedOutcome outcome = EndedOutcome::Served;  // what failed and then succeeded counts as served
  std::string error;                            // of the last failure, unless served
  std::uint64_t bytes = 0, upstreamBytes = 0;
  std::chrono::milliseconds waited{}, firstByte{};  // the longest of its transfers
  std::vector<EndedTransfer> transfers;             // by their start

  std::chrono::milliseconds took() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(endedAt - startedAt);
  }
};

// Thread-safe; nothing blocks.
class PullHistory {
 public:
  static constexpr std::size_t kRecent = 500, kFailures = 1000;
  static constexpr std::chrono::hours kFailureAge{24};

  virtual ~PullHistory() = default;
  virtual void record(EndedTransfer transfer) = 0;
  // The last to end first.
  virtual std::vector<EndedTransfer> ended() const = 0;
};

// The same, by pull; the last to end first. `ended` as PullHistory::ended() gives it, or some of it.
std::vector<Pull> pullsOf(std::vector<EndedTransfer> ended);

// The `most` that an admin should look at, of pulls that failed or were slow: failed ones first, then by how long they
// took.
std::vector<Pull> worstOf(std::vector<Pull> pulls, std::size_t most);

}  // namespace larder::registry
