// What the polls of a rule have done, as it is kept in the MetaStore, and when the next one is due. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/registry/sync_service.hpp"

namespace larder::registry {

using storage::WallTime;

struct PollHistory {
  static constexpr std::size_t kMaxRuns = 10;

  std::vector<PollReport> runs;   // the newest first
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
