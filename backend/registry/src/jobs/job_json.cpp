// Jobs as they are kept in the store.
#include <array>
#include <nlohmann/json.hpp>

#include "jobs/job_board.hpp"
#include "larder/core/json.hpp"
#include "larder/core/wall_time.hpp"

namespace larder::registry {
namespace {

using nlohmann::json;

constexpr std::array kKinds{JobKind::Gc,      JobKind::Retention, JobKind::Scrub, JobKind::Eviction,
                            JobKind::SyncRun, JobKind::Prefetch,  JobKind::Import};
constexpr std::array kStates{JobState::Running, JobState::Succeeded, JobState::Failed, JobState::Cancelled,
                             JobState::Interrupted};

template <class Values>
auto parseName(const Values& values, std::string_view text) {
  std::optional<typename Values::value_type> found;
  for (auto value : values) {
    if (toString(value) == text) found = value;
  }
  return found;
}

storage::WallTime timeOf(const json& value) {
  return core::timeOfMillis(value.get<std::int64_t>());
}

json toObject(const Job& job) {
  json object{{"id", job.id},
              {"kind", toString(job.kind)},
              {"state", toString(job.state)},
              {"target", job.target},
              {"by", job.by},
              {"startedMs", core::millisOf(job.startedAt)},
              {"done", job.done},
              {"unit", job.unit},
              {"counts", job.counts},
              {"error", job.error}};
  if (job.endedAt) object["endedMs"] = core::millisOf(*job.endedAt);
  if (job.total) object["total"] = *job.total;
  return object;
}

std::optional<Job> jobOf(const json& object) {
  auto kind = parseJobKind(object.value("kind", ""));
  auto state = parseJobState(object.value("state", ""));
  if (!kind || !state) return std::nullopt;
  Job job;
  job.kind = *kind;
  job.state = *state;
  job.id = object.at("id").get<std::string>();
  job.target = object.value("target", "");
  job.by = object.value("by", "");
  job.startedAt = timeOf(object.at("startedMs"));
  if (object.contains("endedMs")) job.endedAt = timeOf(object["endedMs"]);
  job.done = object.value("done", std::uint64_t{0});
  if (object.contains("total")) job.total = object["total"].get<std::uint64_t>();
  job.unit = object.value("unit", "");
  job.counts = object.value("counts", job.counts);
  job.error = object.value("error", "");
  return job;
}

}  // namespace

const char* toString(JobKind kind) {
  constexpr std::array kNames{"gc", "retention", "scrub", "eviction", "syncRun", "prefetch", "import"};
  return kNames[static_cast<std::size_t>(kind)];
}

const char* toString(JobState state) {
  constexpr std::array kNames{"running", "succeeded", "failed", "cancelled", "interrupted"};
  return kNames[static_cast<std::size_t>(state)];
}

std::optional<JobKind> parseJobKind(std::string_view text) {
  return parseName(kKinds, text);
}

std::optional<JobState> parseJobState(std::string_view text) {
  return parseName(kStates, text);
}

std::string toJson(const Job& job, const std::string& owner) {
  auto object = toObject(job);
  object["owner"] = owner;
  // Errors may quote an upstream's bytes.
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<JobRecord> parseJob(std::string_view text) {
  auto object = core::parseJson(text, core::kOwnRecord).value_or(nullptr);
  if (!object.is_object()) return std::nullopt;
  try {
    auto job = jobOf(object);
    if (!job) return std::nullopt;
    return JobRecord{std::move(*job), object.value("owner", "")};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace larder::registry
