#include "housekeeping/repository_view.hpp"

#include <iterator>
#include <utility>

namespace larder::registry {
namespace {

constexpr std::size_t kViewPage = 500;

template <class Record>
void append(std::vector<Record>& all, std::vector<Record> page) {
  all.insert(all.end(), std::make_move_iterator(page.begin()), std::make_move_iterator(page.end()));
}

}  // namespace

Task<Result<std::optional<RepositoryView>>> viewRepository(std::shared_ptr<Context> context, std::string name) {
  auto record = co_await context->meta->repository(name);
  if (!record) co_return core::fail(record.error());
  if (!*record) co_return std::nullopt;
  RepositoryView view;
  view.name = name;
  view.madeAt = (*record)->createdAt;
  view.cached = !(*record)->origin.host.empty();
  // Tags first: a manifest that comes in between is then untagged, but too young to go.
  for (bool more = true; more;) {
    auto page = co_await context->meta->tags(name, view.tags.empty() ? "" : view.tags.back().name, kViewPage);
    if (!page && page.error().code == core::ErrorCode::NameUnknown) co_return std::nullopt;
    if (!page) co_return core::fail(page.error());
    more = page->size() == kViewPage;
    append(view.tags, std::move(*page));
  }
  for (bool more = true; more;) {
    auto after = view.manifests.empty() ? std::nullopt : std::optional(view.manifests.back().digest);
    auto page = co_await context->maintenance->manifests(name, after, kViewPage);
    if (!page) co_return core::fail(page.error());
    more = page->size() == kViewPage;
    append(view.manifests, std::move(*page));
  }
  auto pins = co_await context->maintenance->pins(name);
  if (!pins) co_return core::fail(pins.error());
  for (const auto& pin : *pins) {
    if (pin.reference.isTag()) {
      view.pinnedTags.insert(pin.reference.tag());
    } else {
      view.pinnedManifests.insert(pin.reference.digest());
    }
  }
  co_return view;
}

}  // namespace larder::registry
