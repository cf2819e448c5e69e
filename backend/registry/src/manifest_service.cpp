#include "manifest_service.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "manifest_push.hpp"

namespace larder::registry {
namespace {

// What an entry costs besides its content: keys, nodes, header lines.
constexpr std::uint64_t kEntryOverhead = 1024;

CacheResult resultOf(CacheState state) {
  switch (state) {
    case CacheState::Hit:
      return CacheResult::Hit;
    case CacheState::Miss:
      return CacheResult::Miss;
    case CacheState::Stale:
      return CacheResult::Stale;
  }
  return CacheResult::Miss;
}

}  // namespace

const char* toString(CacheState state) {
  switch (state) {
    case CacheState::Hit:
      return "HIT";
    case CacheState::Miss:
      return "MISS";
    case CacheState::Stale:
      return "STALE";
  }
  return "";
}

std::shared_ptr<const ManifestService::Ready> ManifestServiceImpl::ready(std::string_view repository,
                                                                         std::string_view reference,
                                                                         std::string_view ns, const MayRead& mayRead) {
  auto entry = context_->manifests.find({ns, repository, reference}, context_->clock.steady());
  if (!entry || !mayRead(entry->place)) return nullptr;
  entry->pulls.fetch_add(1, std::memory_order_relaxed);
  entry->hits->add();
  entry->downloads->add();
  const auto* ready = &entry->ready;
  return {std::move(entry), ready};
}

Task<Result<ManifestAnswer>> ManifestServiceImpl::get(std::string repository, Reference reference, Asker asker) {
  auto begin = std::chrono::steady_clock::now();
  auto epoch = context_->manifests.epoch();
  auto ns = asker.ns;
  auto tag = reference.isTag() ? reference.tag() : std::string();
  auto route = co_await context_->router.resolve(repository, std::move(asker), tag);
  if (!route) co_return core::fail(route.error());
  if (route->pullRefusal) co_return core::fail(std::move(*route->pullRefusal));
  auto names = route->names;
  auto place = route->place;
  auto pulled = co_await pull_->get(std::make_shared<const Route>(std::move(*route)), reference);
  if (!pulled) co_return core::fail(pulled.error());

  auto& answer = pulled->answer;
  if (auto refusal = context_->router.refusePull(names, tag)) co_return core::fail(std::move(*refusal));
  remember({ns, repository, reference.toString()}, *pulled, std::move(place), reference, epoch);
  context_->pulls.note(answer.repository, answer.digest, tag);
  context_->metrics.requests(answer.upstream, ContentType::Manifest, resultOf(answer.cache))->add();
  context_->metrics.downloads(answer.repository)->add();
  context_->metrics.firstByte().observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  spdlog::debug("manifest.pulled repository={} reference={} digest={} cache={} upstream={}", answer.repository,
                reference.toString(), answer.digest.toString(), toString(answer.cache), answer.upstream);
  co_return std::move(answer);
}

void ManifestServiceImpl::remember(const CacheKey& key, const PulledManifest& pulled, std::string place,
                                   const Reference& reference, std::uint64_t epoch) {
  auto entry = std::make_shared<CachedManifest>();
  auto& answer = entry->ready.answer;
  answer = pulled.answer;
  if (answer.cache == CacheState::Miss) answer.cache = CacheState::Hit;
  if (context_->formatHead) {
    entry->ready.head = std::make_shared<const std::string>(context_->formatHead(answer));
  }
  entry->place = std::move(place);
  if (reference.isTag()) entry->tag = reference.tag();
  entry->hits = context_->metrics.requests(answer.upstream, ContentType::Manifest, resultOf(answer.cache));
  entry->downloads = context_->metrics.downloads(answer.repository);
  auto expires = pulled.freshFor ? context_->clock.steady() + *pulled.freshFor : SteadyTime::max();
  auto cost = answer.content->size() + kEntryOverhead;
  auto owner = answer.repository;
  context_->manifests.put(key, std::move(owner), std::move(entry), cost, expires, epoch);
}

Task<Result<ManifestPut>> ManifestServiceImpl::put(std::string repository, Reference reference,
                                                   std::vector<std::string> tags, std::string mediaType,
                                                   std::string content, TagRights rights) {
  return pushManifest(context_, std::move(repository), std::move(reference), std::move(tags), std::move(mediaType),
                      std::move(content), rights);
}

Task<Result<void>> ManifestServiceImpl::remove(std::string repository, Reference reference, bool unlessShared) {
  std::vector<storage::MetaChange> changes;
  if (reference.isTag()) {
    changes.emplace_back(storage::change::RemoveTag{repository, reference.tag()});
  } else {
    changes.emplace_back(storage::change::RemoveManifest{repository, reference.digest(), unlessShared});
  }
  auto removed = co_await context_->meta->apply(std::move(changes));
  if (!removed) co_return core::fail(removed.error());
  spdlog::debug("manifest.removed repository={} reference={}", repository, reference.toString());
  co_return Result<void>{};
}

Task<Result<bool>> ManifestServiceImpl::exists(std::string repository, Reference reference) {
  auto found = co_await context_->meta->manifest(std::move(repository), std::move(reference));
  if (!found) co_return core::fail(found.error());
  co_return found->has_value();
}

}  // namespace larder::registry
