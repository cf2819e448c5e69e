// How full the storage is, with what, and what would go.
#include <algorithm>
#include <array>

#include "admin/handlers.hpp"
#include "admin/wanted.hpp"
#include "larder/apitypes/storage.hpp"
#include "storage_forecast.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

constexpr std::size_t kBiggest = 20;
// In the order of registry::UseOrder.
constexpr std::array<std::string_view, 3> kUseSorts{"size", "own", "name"};

apitypes::UseLevel levelOf(registry::UseLevel level) {
  switch (level) {
    case registry::UseLevel::Registry:
      return apitypes::UseLevel::Registry;
    case registry::UseLevel::Repository:
      return apitypes::UseLevel::Repository;
    case registry::UseLevel::Tag:
      break;
  }
  return apitypes::UseLevel::Tag;
}

// Of the scrub that ran last, or runs.
std::optional<apitypes::ScrubState> lastScrub(const registry::JobService& jobs) {
  auto all = jobs.jobs();
  auto last = std::ranges::find(all, registry::JobKind::Scrub, &registry::Job::kind);
  if (last == all.end()) return std::nullopt;
  auto damaged = last->counts.find("damagedBlobs");
  return apitypes::ScrubState{last->state == registry::JobState::Running, last->endedAt, last->done,
                              damaged == last->counts.end() ? 0 : damaged->second};
}

apitypes::Removal removalOf(const registry::PlannedRemoval& planned) {
  return {planned.repository, unlessEmpty(planned.removal.tag), planned.removal.digest.toString(),
          planned.removal.reason, planned.usedAt ? unlessNever(*planned.usedAt) : std::nullopt};
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
  apitypes::Storage answer;
  static_cast<apitypes::StorageUse&>(answer) = toApi(*state);
  auto forecast = forecastStorage(call.services->live->sampler(), *state, call.services->parts.clock.now());
  answer.fullAt = forecast.fullAt;
  answer.evictionAt = forecast.evictionAt;
  answer.highWatermarkBytes = state->highWatermarkBytes;
  answer.lowWatermarkBytes = state->lowWatermarkBytes;
  answer.minFreeBytes = state->minFreeBytes;
  answer.repositories = biggest->total;
  answer.biggest = listOf(biggest->items);
  answer.scrub = lastScrub(registry.jobs());
  co_return jsonResponse(200, answer);
}

Answer storageTree(Call call) {
  auto query = wantedPage<registry::UseOrder>(call, kUseSorts);
  if (!query) co_return std::move(query.error());
  auto path = call.head().queryParameter("path").value_or("");
  auto tree = co_await call.services->parts.registry.browse().use(path, std::move(*query));
  if (!tree) co_return failed(call, tree.error());
  apitypes::StorageTree answer;
  answer.path = std::move(path);
  answer.level = levelOf(tree->level);
  answer.total = tree->page.total;
  if (tree->page.next) answer.next = cursorOf(*tree->page.next);
  for (auto& node : tree->page.items) {
    answer.items.push_back({std::move(node.name), std::move(node.path), node.bytes, node.ownBytes, node.children});
  }
  co_return jsonResponse(200, answer);
}

Answer previewRemoval(Call call) {
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  auto begin = numberOf(*page, 0);
  if (!begin) co_return failed(call, begin.error());
  auto kind = call.head().queryParameter("kind").value_or("");
  auto repository = wantedRepositoryOrAll(call);
  if (!repository) co_return std::move(repository.error());
  if (kind != "retention" && kind != "eviction") {
    co_return invalidInput({{"?kind", "Unknown kind.", "retention or eviction"}});
  }
  auto& housekeeping = call.services->parts.registry.housekeeping();
  core::Result<registry::RemovalPlan> plan;
  if (kind == "retention") {
    plan = co_await housekeeping.planRetention(*repository);
  } else {
    plan = co_await housekeeping.planEviction();
  }
  if (!plan) co_return failed(call, plan.error());
  std::vector<const registry::PlannedRemoval*> removals;
  for (const auto& planned : **plan) {
    if (repository->empty() || planned.repository == *repository) removals.push_back(&planned);
  }
  apitypes::Page<apitypes::Removal> list;
  list.total = removals.size();
  auto end = std::min(removals.size(), *begin < removals.size() ? *begin + page->limit : 0);
  for (auto i = *begin; i < end; ++i) list.items.push_back(removalOf(*removals[i]));
  if (end != 0 && end < removals.size()) list.next = std::to_string(end);
  co_return jsonResponse(200, list);
}

}  // namespace larder::api::admin
