#include "browse/uses.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "larder/core/version_order.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::registry {
namespace {

using core::Result;
using runtime::Task;

constexpr std::size_t kMostKeptTags = 200'000;
constexpr std::chrono::seconds kWait{15};
// A sum that takes longer than this is made anew only after kRest times what it took; until then it may be behind.
constexpr std::chrono::milliseconds kQuick{200};
constexpr int kRest = 20;

TagUses sorted(std::vector<storage::TagUse> tags) {
  TagUses uses{std::move(tags), {}};
  uses.byVersion.resize(uses.tags.size());
  std::iota(uses.byVersion.begin(), uses.byVersion.end(), 0U);
  std::ranges::sort(uses.byVersion, [&](std::uint32_t a, std::uint32_t b) {
    return core::compareAsVersions(uses.tags[a].name, uses.tags[b].name) < 0;
  });
  return uses;
}

// They own what they use: a flight may outlive who began it.
Task<Result<std::shared_ptr<const TagUses>>> sumTags(std::shared_ptr<storage::MetaBrowse> browse,
                                                     runtime::Executor blocking, std::string repository) {
  auto tags = co_await browse->tagUse(std::move(repository));
  if (!tags) co_return core::fail(tags.error());
  co_return co_await runtime::offload(std::move(blocking), [&] {
    return std::shared_ptr<const TagUses>(std::make_shared<const TagUses>(sorted(std::move(*tags))));
  });
}

Task<Result<std::shared_ptr<const storage::StoreUse>>> sumStore(std::shared_ptr<storage::MetaBrowse> browse) {
  auto use = co_await browse->storeUse();
  if (!use) co_return core::fail(use.error());
  co_return std::make_shared<const storage::StoreUse>(std::move(*use));
}

// Runs `task` and notes what it is a sum of, and what it took.
template <class Sum, class Summing>
Task<Result<Sum>> noted(const runtime::Clock* clock, std::uint64_t seen, Summing task) {
  auto begun = std::chrono::steady_clock::now();
  auto value = co_await std::move(task);
  if (!value) co_return core::fail(value.error());
  Sum sum;
  sum.value = std::move(*value);
  sum.seen = seen;
  sum.at = clock->steady();
  sum.took = std::chrono::steady_clock::now() - begun;
  co_return sum;
}

}  // namespace

storage::TagUse TagUses::of(std::string_view tag) const {
  auto found = std::ranges::lower_bound(tags, tag, {}, &storage::TagUse::name);
  return found != tags.end() && found->name == tag ? *found : storage::TagUse{std::string(tag), 0, 0};
}

template <class T>
bool Uses::isGood(const Sum<T>& sum) const {
  if (!sum.value) return false;
  if (sum.seen == changes_) return true;
  return sum.took > kQuick && clock_.steady() - sum.at < sum.took * kRest;
}

Task<Result<std::shared_ptr<const TagUses>>> Uses::ofTags(std::string repository) {
  std::uint64_t seen = 0;
  {
    std::lock_guard lock(mutex_);
    auto kept = tags_.find(repository);
    if (kept != tags_.end() && isGood(kept->second)) co_return kept->second.value;
    seen = changes_;
  }
  auto start = [browse = browse_, blocking = runtime_.blocking(), repository, clock = &clock_, seen] {
    return noted<Sum<TagUses>>(clock, seen, sumTags(browse, blocking, repository));
  };
  auto deadline = std::chrono::steady_clock::now() + kWait;
  auto outcome = co_await tagFlights_.run(repository, runtime_.nextIo(), start, deadline);
  if (!outcome.result) co_return core::fail(outcome.result.error());
  std::lock_guard lock(mutex_);
  tags_[repository] = *outcome.result;
  boundTags(repository);
  co_return outcome.result->value;
}

void Uses::boundTags(const std::string& latest) {
  auto sizeOf = [](const Sum<TagUses>& sum) { return sum.value->tags.size() + 1; };
  std::size_t all = 0;
  for (const auto& [name, sum] : tags_) all += sizeOf(sum);
  while (all > kMostKeptTags && tags_.size() > 1) {
    auto oldest = tags_.end();
    for (auto it = tags_.begin(); it != tags_.end(); ++it) {
      if (it->first != latest && (oldest == tags_.end() || it->second.at < oldest->second.at)) oldest = it;
    }
    all -= sizeOf(oldest->second);
    tags_.erase(oldest);
  }
}

Task<Result<std::shared_ptr<const storage::StoreUse>>> Uses::ofStore() {
  std::uint64_t seen = 0;
  {
    std::lock_guard lock(mutex_);
    if (isGood(store_)) co_return store_.value;
    seen = changes_;
  }
  auto start = [browse = browse_, clock = &clock_, seen] {
    return noted<Sum<storage::StoreUse>>(clock, seen, sumStore(browse));
  };
  auto deadline = std::chrono::steady_clock::now() + kWait;
  auto outcome = co_await storeFlights_.run("", runtime_.nextIo(), start, deadline);
  if (!outcome.result) co_return core::fail(outcome.result.error());
  std::lock_guard lock(mutex_);
  store_ = *outcome.result;
  co_return store_.value;
}

void Uses::changed() {
  std::lock_guard lock(mutex_);
  ++changes_;
}

}  // namespace larder::registry
