// How full the storage is, with what, and what would go.
#include <algorithm>
#include <charconv>

#include "admin/browse_input.hpp"
#include "admin/content_json.hpp"
#include "admin/handlers.hpp"
#include "larder/apitypes/time.hpp"

namespace larder::api::admin {
namespace {

constexpr std::size_t kBiggest = 20;

// Of the scrub that ran last, or runs.
std::optional<Json> scrubJson(const registry::JobService& jobs) {
  auto all = jobs.jobs();
  auto last = std::ranges::find(all, registry::JobKind::Scrub, &registry::Job::kind);
  if (last == all.end()) return std::nullopt;
  auto damaged = last->counts.find("damagedBlobs");
  Json json{{"running", last->state == registry::JobState::Running}};
  if (last->endedAt) json["endedAt"] = apitypes::formatTime(*last->endedAt);
  json["bytes"] = last->done;
  json["damaged"] = damaged == last->counts.end() ? 0 : damaged->second;
  return json;
}

void setBytes(Json& body, const char* name, const std::optional<std::uint64_t>& bytes) {
  if (bytes) body[name] = *bytes;
}

Json removalJson(const registry::PlannedRemoval& planned) {
  Json json{{"repository", planned.repository}};
  if (!planned.removal.tag.empty()) json["tag"] = planned.removal.tag;
  json["digest"] = planned.removal.digest.toString();
  json["reason"] = planned.removal.reason;
  if (planned.usedAt) setTime(json, "usedAt", *planned.usedAt);
  return json;
}

// A cursor is a place in the plan.
std::optional<std::size_t> placeOf(const std::string& cursor) {
  std::size_t place = 0;
  if (cursor.empty()) return place;
  auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), place);
  bool whole = error == std::errc() && end == cursor.data() + cursor.size();
  return whole ? std::optional(place) : std::nullopt;
}

}  // namespace

Answer getStorage(Call call) {
  auto& registry = call.services->parts.registry;
  auto state = co_await registry.housekeeping().storageState();
  if (!state) co_return failed(call, state.error());
  storage::PageQuery<storage::RepositorySort> bySize{.sort = storage::RepositorySort::Size, .descending = true};
  bySize.limit = kBiggest;
  auto biggest = co_await registry.browse().repositories(std::move(bySize), {});
  if (!biggest) co_return failed(call, biggest.error());
  auto body = storageUseJson(*state);
  setBytes(body, "highWatermarkBytes", state->highWatermarkBytes);
  setBytes(body, "lowWatermarkBytes", state->lowWatermarkBytes);
  body["minFreeBytes"] = state->minFreeBytes;
  body["repositories"] = biggest->total;
  body["biggest"] = Json::array();
  for (const auto& repository : biggest->items) body["biggest"].push_back(repositoryJson(repository));
  if (auto scrub = scrubJson(registry.jobs())) body["scrub"] = std::move(*scrub);
  co_return jsonResponse(200, body);
}

Answer previewRemoval(Call call) {
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  auto begin = placeOf(page->cursor);
  if (!begin) co_return invalidInput({{"?cursor", "This is no cursor of an answer.", "Begin with the first page."}});
  auto kind = call.head().queryParameter("kind").value_or("");
  std::string repository;
  if (call.head().queryParameter("repository")) {
    auto wanted = wantedRepository(call);
    if (!wanted) co_return std::move(wanted.error());
    repository = std::move(*wanted);
  }
  if (kind != "retention" && kind != "eviction") {
    co_return invalidInput({{"?kind", "There is no such kind.", "retention or eviction"}});
  }
  auto& housekeeping = call.services->parts.registry.housekeeping();
  core::Result<registry::RemovalPlan> plan;
  if (kind == "retention") {
    plan = co_await housekeeping.planRetention(repository);
  } else {
    plan = co_await housekeeping.planEviction();
  }
  if (!plan) co_return failed(call, plan.error());
  std::vector<const registry::PlannedRemoval*> removals;
  for (const auto& planned : **plan) {
    if (repository.empty() || planned.repository == repository) removals.push_back(&planned);
  }
  Json body{{"items", Json::array()}, {"total", removals.size()}};
  auto end = std::min(removals.size(), *begin < removals.size() ? *begin + page->limit : 0);
  for (auto i = *begin; i < end; ++i) body["items"].push_back(removalJson(*removals[i]));
  if (end != 0 && end < removals.size()) body["next"] = std::to_string(end);
  co_return jsonResponse(200, body);
}

}  // namespace larder::api::admin
