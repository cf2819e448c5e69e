// What the polls of a rule have done, as it is kept in the MetaStore, and when the next one is due. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/storage/meta_store.hpp"

namespace larder::registry {

using storage::WallTime;

// One run.
struct PollReport {
  static constexpr std::size_t kMaxMessages = 20;

  WallTime startedAt{};
  std::optional<WallTime> endedAt;  // none: it runs, or the daemon ended meanwhile
  std::uint64_t repositories = 0;
  std::uint64_t tags = 0;     // that the rule takes
  std::uint64_t copied = 0;   // of them, new or moved
  std::uint64_t skipped = 0;  // of them, unsigned or gone meanwhile
  std::uint64_t bytes = 0;    // of blobs that were fetched
  std::uint64_t errors = 0;
  std::vector<std::string> messages;  // of the first errors
  // The upstream was away, or wanted a pause: the run gave up, and another one may begin then.
  std::optional<WallTime> retryAt;

  void fail(std::string message);
};

struct PollHistory {
  static constexpr std::size_t kMaxRuns = 10;

  std::vector<PollReport> runs;   // the newest first
  bool paused = false;            // no run begins by itself
  WallTime referrersCheckedAt{};  // when a run last asked about all images, the unchanged ones too

  void add(PollReport report);
};

std::string toJson(const PollHistory& history);
// Text that is none leads to an empty history: nothing but the next run depends on it.
PollHistory parsePollHistory(std::string_view json);

// When the next run is due. `spread`, 0 to 1, moves it ahead by up to a tenth of the interval, so that rules and
// daemons do not ask all at once.
WallTime nextPoll(const PollHistory& history, std::chrono::milliseconds interval, double spread);

}  // namespace larder::registry
