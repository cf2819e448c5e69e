#include "polling/poll_history.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "larder/core/json.hpp"
#include "larder/core/wall_time.hpp"

namespace larder::registry {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

WallTime timeAt(const json& object, const char* key) {
  return core::timeOfMillis(object.value(key, std::int64_t{0}));
}

json toObject(const PollReport& report) {
  json object{{"startedMs", core::millisOf(report.startedAt)},
              {"repositories", report.repositories},
              {"tags", report.tags},
              {"copied", report.copied},
              {"skipped", report.skipped},
              {"bytes", report.bytes},
              {"errors", report.errors},
              {"messages", report.messages}};
  if (report.endedAt) object["endedMs"] = core::millisOf(*report.endedAt);
  if (report.retryAt) object["retryMs"] = core::millisOf(*report.retryAt);
  return object;
}

PollReport reportOf(const json& object) {
  PollReport report;
  report.startedAt = timeAt(object, "startedMs");
  if (object.contains("endedMs")) report.endedAt = timeAt(object, "endedMs");
  if (object.contains("retryMs")) report.retryAt = timeAt(object, "retryMs");
  report.repositories = object.value("repositories", std::uint64_t{0});
  report.tags = object.value("tags", std::uint64_t{0});
  report.copied = object.value("copied", std::uint64_t{0});
  report.skipped = object.value("skipped", std::uint64_t{0});
  report.bytes = object.value("bytes", std::uint64_t{0});
  report.errors = object.value("errors", std::uint64_t{0});
  report.messages = object.value("messages", std::vector<std::string>{});
  return report;
}

}  // namespace

void PollReport::fail(std::string message) {
  ++errors;
  if (messages.size() < kMaxMessages) messages.push_back(std::move(message));
}

void PollHistory::add(PollReport report) {
  if (!runs.empty() && runs.front().startedAt == report.startedAt) {
    runs.front() = std::move(report);
    return;
  }
  runs.insert(runs.begin(), std::move(report));
  if (runs.size() > kMaxRuns) runs.resize(kMaxRuns);
}

std::string toJson(const PollHistory& history) {
  json runs = json::array();
  for (const auto& run : history.runs) runs.push_back(toObject(run));
  // Messages may quote an upstream's bytes.
  return json{{"runs", std::move(runs)}, {"referrersCheckedMs", core::millisOf(history.referrersCheckedAt)}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
}

PollHistory parsePollHistory(std::string_view text) {
  PollHistory history;
  auto document = core::parseJson(text, core::kOwnRecord).value_or(nullptr);
  if (!document.is_object()) return history;
  try {
    for (const auto& run : document.value("runs", json::array())) history.runs.push_back(reportOf(run));
    history.referrersCheckedAt = timeAt(document, "referrersCheckedMs");
  } catch (const json::exception&) {
    return {};
  }
  return history;
}

WallTime nextPoll(const PollHistory& history, milliseconds interval, double spread) {
  if (history.runs.empty()) return {};
  const auto& last = history.runs.front();
  // Interrupted by the end of the daemon: what is here already costs a HEAD each.
  if (!last.endedAt) return last.startedAt;
  auto ahead = std::chrono::duration_cast<milliseconds>(interval * (spread / 10));
  auto regular = last.startedAt + (interval - ahead);
  return last.retryAt ? std::min<WallTime>(regular, *last.retryAt) : regular;
}

}  // namespace larder::registry
