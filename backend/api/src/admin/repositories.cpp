// Repositories and their tags.
#include <array>

#include "admin/handlers.hpp"
#include "admin/wanted.hpp"
#include "larder/registry/block_list.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

using auth::Action;

// In the order of storage::RepositorySort and registry::TagOrder.
constexpr std::array<std::string_view, 4> kRepositorySorts{"name", "size", "lastPull", "pulls"};
constexpr std::array<std::string_view, 7> kTagSorts{"name", "pushed", "lastPull", "pulls", "size", "own", "version"};

template <class Item>
auto pageOf(const storage::Page<Item>& page) {
  auto items = listOf(page.items);
  apitypes::Page<typename decltype(items)::value_type> list{std::move(items), page.total, {}};
  if (page.next) list.next = cursorOf(*page.next);
  return list;
}

// Nothing if no block covers the name.
std::optional<apitypes::Blocked> blockedBy(const std::vector<config::Block>& blocks,
                                           const registry::RepositoryNames& names) {
  std::optional<apitypes::Blocked> blocked;
  for (const auto& block : blocks) {
    if (!registry::speaksOf(block, names)) continue;
    if (block.tagsRegex.empty()) return apitypes::Blocked::Whole;
    blocked = apitypes::Blocked::Tags;
  }
  return blocked;
}

}  // namespace

Answer listRepositories(Call call) {
  auto query = wantedPage<storage::RepositorySort>(call, kRepositorySorts);
  if (!query) co_return std::move(query.error());
  // Who may read all needs no look at each name.
  auto mayRead = call.caller.admin ? registry::MayRead() : call.mayRead();
  auto page = co_await call.services->parts.registry.browse().repositories(std::move(*query), std::move(mayRead));
  if (!page) co_return failed(call, page.error());
  auto list = pageOf(*page);
  const auto& blocks = call.config().larder.blocked;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const auto& record = page->items[i].record;
    list.items[i].blocked = blockedBy(blocks, registry::namesOf(record.name, record.origin));
  }
  co_return jsonResponse(200, list);
}

Answer getRepository(Call call) {
  auto name = wantedRepository(call);
  if (!name) co_return std::move(name.error());
  auto found = co_await call.services->parts.registry.browse().repository(*name);
  if (!found) co_return failed(call, found.error());
  if (!*found) co_return noRepository();
  apitypes::RepositoryDetail detail{toApi((*found)->summary), (*found)->summary.manifests, (*found)->ownBytes, {}, {}};
  for (auto action : kActions) {
    if (may(call, *name, action)) detail.may.push_back(toApi(action));
  }
  auto names = registry::namesOf(*name, (*found)->summary.record.origin);
  detail.blocked = blockedBy(call.config().larder.blocked, names);
  for (const auto& block : call.config().larder.blocked) {
    if (registry::speaksOf(block, names)) detail.blocks.push_back(toApi(block));
  }
  co_return jsonResponse(200, detail);
}

Answer deleteRepository(Call call) {
  auto name = wantedRepository(call);
  if (!name) co_return std::move(name.error());
  call.note->object = *name;
  if (auto refusal = refuseUnless(call, *name, Action::Delete)) co_return std::move(*refusal);
  auto removed = co_await call.services->parts.registry.browse().removeRepository(*name);
  if (!removed) co_return failed(call, removed.error());
  co_return http::Response(204);
}

Answer listTags(Call call) {
  auto name = wantedRepository(call);
  if (!name) co_return std::move(name.error());
  auto query = wantedPage<registry::TagOrder>(call, kTagSorts);
  if (!query) co_return std::move(query.error());
  auto page = co_await call.services->parts.registry.browse().tags(*name, std::move(*query));
  if (!page) co_return failed(call, page.error());
  co_return jsonResponse(200, pageOf(*page));
}

}  // namespace larder::api::admin
