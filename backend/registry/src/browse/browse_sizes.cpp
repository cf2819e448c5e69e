// What of Browse is about sizes: the tags with theirs, and what takes the disk.
#include <algorithm>
#include <compare>
#include <utility>

#include "browse/browse.hpp"
#include "larder/core/version_order.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

std::string lower(std::string text) {
  for (auto& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool hasPart(const std::string& name, const std::string& lowerPart) {
  return lowerPart.empty() || lower(name).find(lowerPart) != std::string::npos;
}

// One page of what is known whole. `order` compares two items, and an item with the place where the page begins.
template <class Item, class Sort, class Order, class PositionOf>
storage::Page<Item> pageOf(std::vector<Item> items, const storage::PageQuery<Sort>& query, Order order,
                           PositionOf positionOf) {
  auto before = [&](const auto& a, const auto& b) { return query.descending ? order(b, a) < 0 : order(a, b) < 0; };
  storage::Page<Item> page;
  page.total = items.size();
  if (query.after) std::erase_if(items, [&](const Item& item) { return !before(*query.after, positionOf(item)); });
  auto shown = std::min(query.limit, items.size());
  auto end = items.begin() + static_cast<std::ptrdiff_t>(shown);
  std::partial_sort(items.begin(), end, items.end(),
                    [&](const Item& a, const Item& b) { return before(positionOf(a), positionOf(b)); });
  if (shown < items.size() && shown > 0) page.next = positionOf(items[shown - 1]);
  items.erase(end, items.end());
  page.items = std::move(items);
  return page;
}

std::strong_ordering byKeyThenName(const storage::PagePosition& a, const storage::PagePosition& b) {
  if (a.key != b.key) return a.key <=> b.key;
  return a.name.compare(b.name) <=> 0;
}

std::int64_t keyOf(std::uint64_t bytes) {
  return static_cast<std::int64_t>(bytes);
}

// The tags of a page that is sorted by what the store's own lists are not.
storage::Page<storage::TagUse> pageOfTags(const TagUses& uses, const storage::PageQuery<TagOrder>& query) {
  auto part = lower(query.search);
  std::vector<storage::TagUse> found;
  for (const auto& tag : uses.tags) {
    if (hasPart(tag.name, part)) found.push_back(tag);
  }
  if (query.sort == TagOrder::Version) {
    return pageOf(
        std::move(found), query,
        [](const storage::PagePosition& a, const storage::PagePosition& b) {
          return core::compareAsVersions(a.name, b.name);
        },
        [](const storage::TagUse& tag) { return storage::PagePosition{0, tag.name}; });
  }
  bool own = query.sort == TagOrder::Own;
  return pageOf(std::move(found), query, byKeyThenName, [own](const storage::TagUse& tag) {
    return storage::PagePosition{keyOf(own ? tag.ownBytes : tag.bytes), tag.name};
  });
}

std::vector<UseNode> nodesOf(const storage::StoreUse& use, const std::string& path, UseLevel level) {
  std::vector<UseNode> nodes;
  if (level == UseLevel::Registry) {
    for (const auto& one : use.registries) {
      auto place = one.host.empty() ? std::string(BrowseService::kPushedPath) : one.host;
      nodes.push_back({one.host, std::move(place), one.bytes, one.ownBytes, one.repositories});
    }
    return nodes;
  }
  auto host = path == BrowseService::kPushedPath ? "" : path;
  for (const auto& one : use.repositories) {
    if (one.host == host) nodes.push_back({one.name, one.name, one.bytes, one.ownBytes, one.tags});
  }
  return nodes;
}

std::vector<UseNode> nodesOf(const TagUses& uses, const std::string& repository) {
  std::vector<UseNode> nodes;
  for (const auto& tag : uses.tags) {
    nodes.push_back({tag.name, repository + ":" + tag.name, tag.bytes, tag.ownBytes, 0});
  }
  return nodes;
}

storage::Page<UseNode> pageOfNodes(std::vector<UseNode> nodes, const storage::PageQuery<UseOrder>& query) {
  auto part = lower(query.search);
  std::erase_if(nodes, [&](const UseNode& node) { return !hasPart(node.name, part); });
  return pageOf(std::move(nodes), query, byKeyThenName, [sort = query.sort](const UseNode& node) {
    auto key = sort == UseOrder::Size ? keyOf(node.bytes) : sort == UseOrder::Own ? keyOf(node.ownBytes) : 0;
    return storage::PagePosition{key, node.name};
  });
}

}  // namespace

Task<Result<storage::Page<SizedTag>>> Browse::tags(std::string repository, storage::PageQuery<TagOrder> query) {
  auto uses = co_await context_->uses.ofTags(repository);
  if (!uses) co_return core::fail(uses.error());
  storage::Page<SizedTag> sized;
  std::vector<storage::TagSummary> summaries;
  if (query.sort <= TagOrder::Pulls) {
    storage::PageQuery<storage::TagSort> stored{query.search, static_cast<storage::TagSort>(query.sort),
                                                query.descending, query.after, query.limit};
    auto page = co_await context_->browse->tags(std::move(repository), std::move(stored));
    if (!page) co_return core::fail(page.error());
    sized.total = page->total;
    sized.next = std::move(page->next);
    summaries = std::move(page->items);
  } else {
    auto page = co_await runtime::offload(context_->runtime.blocking(), [&] { return pageOfTags(**uses, query); });
    std::vector<std::string> names;
    for (auto& tag : page.items) names.push_back(std::move(tag.name));
    auto found = co_await context_->browse->tagsNamed(std::move(repository), std::move(names));
    if (!found) co_return core::fail(found.error());
    sized.total = page.total;
    sized.next = std::move(page.next);
    summaries = std::move(*found);
  }
  for (auto& summary : summaries) {
    auto use = (*uses)->of(summary.record.name);
    sized.items.push_back({std::move(summary), std::move(use)});
  }
  co_return sized;
}

Task<Result<UseTree>> Browse::use(std::string path, storage::PageQuery<UseOrder> query) {
  auto store = co_await context_->uses.ofStore();
  if (!store) co_return core::fail(store.error());
  UseTree tree;
  auto host = path == kPushedPath ? std::string() : path;
  bool isRegistry = std::ranges::any_of((*store)->registries, [&](const auto& one) { return one.host == host; });
  tree.level = path.empty() ? UseLevel::Registry : isRegistry ? UseLevel::Repository : UseLevel::Tag;
  std::shared_ptr<const TagUses> tags;
  if (tree.level == UseLevel::Tag) {
    auto uses = co_await context_->uses.ofTags(path);
    if (!uses) co_return core::fail(uses.error());
    tags = std::move(*uses);
  }
  tree.page = co_await runtime::offload(context_->runtime.blocking(), [&] {
    return pageOfNodes(tags ? nodesOf(*tags, path) : nodesOf(**store, path, tree.level), query);
  });
  co_return tree;
}

}  // namespace larder::registry
