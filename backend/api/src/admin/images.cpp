// One image: its tree, its configuration, what is attached to it; removing it, and asking the upstream about it.
#include <utility>

#include "admin/handlers.hpp"
#include "admin/node_files.hpp"
#include "admin/wanted.hpp"
#include "larder/runtime/offload.hpp"
#include "to_api.hpp"

namespace larder::api::admin {

using auth::Action;

namespace {

// What clients pushed can be long: it becomes text on the blocking pool. `make` gives a struct of the API.
template <class Make>
Answer render(runtime::Executor blocking, Make make) {
  co_return co_await runtime::offload(blocking,
                                      [make = std::move(make)]() mutable { return jsonResponse(200, make()); });
}

}  // namespace

Answer getManifest(Call call) {
  auto wanted = wantedImage(call);
  if (!wanted) co_return std::move(wanted.error());
  auto view = co_await call.services->parts.registry.browse().manifest(wanted->repository, wanted->reference);
  if (!view) co_return failed(call, view.error());
  apitypes::Manifest manifest;
  manifest.repository = wanted->repository;
  manifest.reference = wanted->reference.toString();
  manifest.tags = std::move(view->tags);
  manifest.pulls = view->tag ? view->tag->pulls : view->record.pulls;
  manifest.pushedAt = view->tag ? view->tag->pushedAt : view->record.pushedAt;
  manifest.lastPulledAt = unlessNever(view->tag ? view->tag->lastPulledAt : view->record.lastPulledAt);
  manifest.cached = view->record.cached;
  manifest.pinned = view->pinned;
  manifest.truncated = view->truncated;
  manifest.pull = pullCommands(ownAddress(call), wanted->name());
  co_return co_await render(call.blocking(), [manifest = std::move(manifest), root = std::move(view->root)]() mutable {
    manifest.root = toApi(root);
    return std::move(manifest);
  });
}

Answer deleteManifest(Call call) {
  auto wanted = wantedImage(call);
  if (!wanted) co_return std::move(wanted.error());
  const auto& [repository, reference] = *wanted;
  call.note->object = wanted->name();
  if (auto refusal = refuseUnless(call, repository, Action::Delete)) co_return std::move(*refusal);
  bool unlessShared = reference.isDigest() && may(call, repository, Action::DetectManifestCollision);
  auto removed = co_await call.services->parts.registry.manifests().remove(repository, reference, unlessShared);
  if (!removed) co_return failed(call, removed.error());
  co_return http::Response(204);
}

Answer getImage(Call call) {
  auto wanted = wantedImage(call);
  if (!wanted) co_return std::move(wanted.error());
  auto image = co_await call.services->parts.registry.browse().image(wanted->repository, wanted->reference);
  if (!image && image.error().code == core::ErrorCode::Unsupported) {
    co_return invalidInput({{"?reference", image.error().message, {}}});
  }
  if (!image) co_return failed(call, image.error());
  co_return co_await render(call.blocking(), [image = std::move(*image)] { return toApi(image); });
}

Answer listReferrers(Call call) {
  auto repository = wantedRepository(call);
  if (!repository) co_return std::move(repository.error());
  auto digest = core::Digest::parse(call.head().queryParameter("digest").value_or(""));
  if (!digest) co_return invalidInput({{"?digest", digest.error().message, "sha256:…"}});
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  auto found = co_await call.services->parts.registry.browse().attachments(*repository, *digest,
                                                                           std::move(page->cursor), page->limit);
  if (!found) co_return failed(call, found.error());
  co_return co_await render(call.blocking(), [found = std::move(*found)] {
    return apitypes::Page<apitypes::Referrer>{listOf(found.items), found.total, unlessEmpty(found.next)};
  });
}

Answer recheck(Call call) {
  auto wanted = wantedImage(call);
  if (!wanted) co_return std::move(wanted.error());
  const auto& [repository, reference] = *wanted;
  call.note->object = wanted->name();
  if (reference.isDigest()) {
    co_return invalidInput({{"?reference", "A digest is immutable, so there is nothing to check.", "Give a tag."}});
  }
  auto checked = co_await call.services->parts.registry.browse().recheck(repository, reference.tag());
  if (!checked) co_return failed(call, checked.error());
  apitypes::Recheck result{checked->digest.toString(), checked->previous != checked->digest, {}};
  if (checked->previous) result.previous = checked->previous->toString();
  co_return jsonResponse(200, result);
}

}  // namespace larder::api::admin
