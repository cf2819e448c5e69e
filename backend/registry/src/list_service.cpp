#include "list_service.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "client_error.hpp"
#include "larder/runtime/offload_large.hpp"
#include "manifest_document.hpp"
#include "memory_shares.hpp"
#include "referrers_index.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

constexpr std::chrono::seconds kListWait{2};
constexpr std::chrono::seconds kShortTtl{60};
constexpr std::size_t kKeptTagLists = 64;
constexpr std::chrono::minutes kTagPageTtl{1};
constexpr std::uint64_t kTagPageCost = 512;  // of one without tags
constexpr std::size_t kKeptReferrerLists = 1024;
// An index of referrers stays well below the 4 MiB that clients take as a manifest.
constexpr std::size_t kReferrersPage = 5'000;
constexpr std::size_t kReferrersPageBytes = std::size_t{2} << 20;
constexpr std::size_t kReferrerBytes = 256;  // of a descriptor besides its texts
constexpr std::size_t kMaxUpstreamTags = 50'000;
constexpr std::size_t kMaxPage = 10'000;
constexpr std::size_t kCatalogPage = 500;
// What absences of lists are remembered under: no tag and no digest.
constexpr const char* kAllTags = "/tags";
const std::string kReferrersOf = "/referrers/";
constexpr std::size_t kReferrersRequests = 2;  // the API, then the tag of those who have none
// A caller who may read little makes the catalog walk far; this bounds the walk of one request.
constexpr std::size_t kMaxCatalogPages = 400;

// Of all lists of a kind.
std::size_t listBytes(const Context& context) {
  return memoryShares(*context.router.config()).upstreamLists;
}

// Runs as the start of a flight: everything that it needs is its own.
Task<Result<std::shared_ptr<const std::vector<std::string>>>> fetchTags(std::shared_ptr<Context> context, Route route) {
  auto deadline = deadlineIn(kColdWait);
  auto asked = co_await askInOrder<std::vector<std::string>>(
      route.targets, [deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.tags(name, kMaxUpstreamTags, deadline);
      });
  if (!asked.result && isNo(asked.result.error().code)) {
    context->noteAbsence(route, kAllTags, asked.result.error(), ErrorCode::NameUnknown);
  }
  if (!asked.result) co_return core::fail(asked.result.error());
  auto names = std::move(*asked.result);
  std::erase_if(names, [](const std::string& name) { return !core::isTag(name); });
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  co_return std::make_shared<const std::vector<std::string>>(std::move(names));
}

Task<Result<std::shared_ptr<const std::vector<Referrer>>>> fetchReferrers(std::shared_ptr<Context> context, Route route,
                                                                          Digest subject) {
  auto deadline = deadlineIn(kColdWait);
  auto asked = co_await askInOrder<std::string>(
      route.targets, [subject, deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.referrers(name, subject, deadline);
      });
  if (!asked.result && isNo(asked.result.error().code)) {
    context->noteAbsence(route, kReferrersOf + subject.toString(), asked.result.error(), ErrorCode::ManifestUnknown,
                         asked.result.error().code == ErrorCode::UpstreamDenied ? 1 : kReferrersRequests);
    co_return std::make_shared<const std::vector<Referrer>>();
  }
  if (!asked.result) co_return core::fail(asked.result.error());
  auto parsed = co_await parseReferrersIndexOn(context->runtime.blocking(), std::move(*asked.result));
  if (!parsed) co_return core::fail(parsed.error());
  co_return std::make_shared<const std::vector<Referrer>>(std::move(*parsed));
}

// The first `n` of both sorted lists behind `last`, each name once.
Listing merge(const std::vector<std::string>& local, const std::vector<std::string>& upstream, const std::string& last,
              std::size_t n) {
  Listing listing;
  auto here = local.begin();
  auto there = std::ranges::upper_bound(upstream, last);
  while (here != local.end() || there != upstream.end()) {
    if (listing.names.size() == n) {
      listing.more = true;
      break;
    }
    bool takeHere = there == upstream.end() || (here != local.end() && *here <= *there);
    const auto& name = takeHere ? *here : *there;
    if (there != upstream.end() && takeHere && *there == name) ++there;
    listing.names.push_back(name);
    takeHere ? void(++here) : void(++there);
  }
  return listing;
}

// Records that were made before annotations were cut have all of them.
Task<std::vector<Referrer>> referrersOf(runtime::Executor blocking, std::vector<storage::ManifestRecord> records) {
  std::size_t toCut = 0;
  for (const auto& record : records) {
    if (record.annotationsJson.size() > kListedAnnotations) toCut += record.annotationsJson.size();
  }
  co_return co_await runtime::offloadLarge(blocking, toCut, [records = std::move(records)]() mutable {
    std::vector<Referrer> referrers;
    referrers.reserve(records.size());
    for (auto& record : records) {
      referrers.push_back({record.digest, std::move(record.mediaType), record.size, std::move(record.artifactType),
                           cutAnnotations(std::move(record.annotationsJson), kListedAnnotations)});
    }
    return referrers;
  });
}

// A page of both lists, which are in the order of digests, each digest once. `local` begins where the query does.
ReferrersPage join(ReferrersPage local, const std::vector<Referrer>& upstream, const ReferrersQuery& query) {
  ReferrersPage page;
  std::size_t bytes = 0;
  auto here = local.items.begin();
  auto there = query.after ? std::ranges::upper_bound(upstream, *query.after, {}, &Referrer::digest) : upstream.begin();
  auto isWanted = [&query](const Referrer& r) {
    return query.artifactType.empty() || r.artifactType == query.artifactType;
  };
  while (true) {
    there = std::find_if(there, upstream.end(), isWanted);
    bool takeHere = here != local.items.end() && (there == upstream.end() || here->digest <= there->digest);
    // What the store has beyond its page comes before the rest of the upstream's, or among it.
    if (here == local.items.end() && (local.more || there == upstream.end())) {
      page.more = local.more;
      return page;
    }
    const auto& next = takeHere ? *here : *there;
    bytes += kReferrerBytes + next.mediaType.size() + next.artifactType.size() + next.annotationsJson.size();
    page.more = page.items.size() == kReferrersPage || (!page.items.empty() && bytes > kReferrersPageBytes);
    if (page.more) return page;
    if (there != upstream.end() && takeHere && there->digest == here->digest) ++there;
    if (takeHere) {
      page.items.push_back(std::move(*here++));
    } else {
      page.items.push_back(*there++);
    }
  }
}

}  // namespace

ListServiceImpl::ListServiceImpl(std::shared_ptr<Context> context)
    : context_(std::move(context)),
      tags_(std::make_shared<Tags>(context_, kKeptTagLists, listBytes(*context_))),
      referrers_(std::make_shared<Referrers>(context_, kKeptReferrerLists, listBytes(*context_))) {}

std::chrono::nanoseconds ListServiceImpl::ttl(const Route& route) const {
  auto interval = route.targets.front().checkInterval;
  return interval.count() > 0 ? std::chrono::nanoseconds(interval) : std::chrono::nanoseconds(kShortTtl);
}

Task<Result<ListServiceImpl::Tags::List>> ListServiceImpl::upstreamTags(Route route) {
  auto key = route.key();
  auto keep = ttl(route);
  return tags_->get(std::move(key), keep, deadlineIn(kListWait),
                    [context = context_, route = std::move(route)] { return fetchTags(context, route); });
}

Task<Result<ListServiceImpl::Referrers::List>> ListServiceImpl::upstreamReferrers(Route route, Digest subject) {
  auto key = route.key() + "\n" + subject.toString();
  return referrers_->get(
      std::move(key), kShortTtl, deadlineIn(kListWait),
      [context = context_, route = std::move(route), subject] { return fetchReferrers(context, route, subject); });
}

Task<Result<std::shared_ptr<const TagPage>>> ListServiceImpl::localTags(Route route, std::string last,
                                                                        std::size_t limit) {
  auto& kept = context_->tagPages;
  auto reference = std::to_string(limit) + "\n" + last;
  CacheKey key{route.mirroredOnly ? "mirrored" : "", route.repository, reference};
  if (auto page = kept.find(key, context_->clock.steady())) co_return page;
  auto epoch = kept.epoch();
  TagPage page{route.repository, {}};
  std::uint64_t cost = kTagPageCost;
  bool more = true;
  while (more && page.names.size() < limit) {
    auto records = co_await context_->meta->tags(route.repository, last, limit);
    if (!records) co_return core::fail(records.error());
    more = records->size() == limit;
    if (more) last = records->back().name;
    for (auto& record : *records) {
      if (page.names.size() == limit || (route.mirroredOnly && !storage::isMirrored(record))) continue;
      cost += sizeof(std::string) + record.name.size();
      page.names.push_back(std::move(record.name));
    }
  }
  auto shared = std::make_shared<const TagPage>(std::move(page));
  kept.put(key, route.repository, shared, cost, context_->clock.steady() + kTagPageTtl, epoch);
  co_return shared;
}

Task<Result<Listing>> ListServiceImpl::tags(std::string repository, Asker asker, std::string last, std::size_t n) {
  n = std::min(n, kMaxPage);
  auto route = co_await context_->router.resolve(std::move(repository), std::move(asker));
  if (!route) co_return core::fail(route.error());
  if (route->pullRefusal) co_return core::fail(std::move(*route->pullRefusal));
  auto local = std::make_shared<const TagPage>();
  if (route->exists) {
    auto page = co_await localTags(*route, last, n + 1);
    if (!page) co_return core::fail(page.error());
    local = std::move(*page);
  }
  if (route->targets.empty()) {
    if (!route->exists) co_return core::fail(route->absence({}));
    co_return merge(local->names, {}, last, n);
  }
  auto name = route->repository;
  auto exists = route->exists;
  auto allowed = context_->checkMisses(route->asker);
  auto upstream = allowed ? co_await upstreamTags(std::move(*route)) : Result<Tags::List>(core::fail(allowed.error()));
  if (upstream) co_return merge(local->names, **upstream, last, n);
  if (!exists) co_return core::fail(toClientError(upstream.error(), ErrorCode::NameUnknown));
  spdlog::debug("tags.local_only repository={} code={}", name, core::toString(upstream.error().code));
  co_return merge(local->names, {}, last, n);
}

Task<Result<Listing>> ListServiceImpl::catalog(std::string last, std::size_t n, MayRead mayRead) {
  n = std::min(n, kMaxPage);
  Listing listing;
  for (std::size_t page = 0; page < kMaxCatalogPages; ++page) {
    auto names = co_await context_->meta->repositories(last, kCatalogPage);
    if (!names) co_return core::fail(names.error());
    for (auto& name : *names) {
      if (!mayRead(name)) continue;
      if (listing.names.size() == n) {
        listing.more = true;
        co_return listing;
      }
      listing.names.push_back(name);
    }
    if (names->size() < kCatalogPage) co_return listing;
    last = std::move(names->back());
  }
  listing.more = !listing.names.empty();
  co_return listing;
}

Task<Result<ReferrersPage>> ListServiceImpl::referrers(std::string repository, Digest subject, Asker asker,
                                                       ReferrersQuery query) {
  auto route = co_await context_->router.resolve(std::move(repository), std::move(asker));
  if (!route) co_return core::fail(route.error());
  if (route->pullRefusal) co_return core::fail(std::move(*route->pullRefusal));
  auto here = co_await context_->meta->manifestsNaming(route->repository, {.digest = subject,
                                                                           .artifactType = query.artifactType,
                                                                           .cachedOnly = route->mirroredOnly,
                                                                           .after = query.after,
                                                                           .limit = kReferrersPage,
                                                                           .maxBytes = kReferrersPageBytes});
  if (!here) co_return core::fail(here.error());
  ReferrersPage local{{}, here->more};
  local.items = co_await referrersOf(context_->runtime.blocking(), std::move(here->items));
  static const std::vector<Referrer> kNone;
  if (route->targets.empty() || !context_->checkMisses(route->asker)) co_return join(std::move(local), kNone, query);
  auto name = route->repository;
  auto upstream = co_await upstreamReferrers(std::move(*route), subject);
  if (upstream) co_return join(std::move(local), **upstream, query);
  spdlog::debug("referrers.local_only repository={} code={}", name, core::toString(upstream.error().code));
  co_return join(std::move(local), kNone, query);
}

}  // namespace larder::registry
