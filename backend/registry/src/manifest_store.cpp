#include "manifest_store.hpp"

#include <spdlog/spdlog.h>

#include <span>
#include <utility>

#include "larder/core/media_types.hpp"

namespace larder::registry {
namespace {

Task<Result<std::string>> readAll(std::shared_ptr<storage::BlobReader> reader) {
  std::string content(static_cast<std::size_t>(reader->size()), '\0');
  std::size_t got = 0;
  while (got < content.size()) {
    auto rest = std::as_writable_bytes(std::span(content)).subspan(got);
    auto n = co_await reader->readAt(got, rest);
    if (!n) co_return core::fail(n.error());
    if (*n == 0) co_return core::fail(core::ErrorCode::Corrupt, "The stored manifest is truncated.");
    got += *n;
  }
  co_return content;
}

}  // namespace

Task<Result<std::optional<StoredManifest>>> loadManifest(std::shared_ptr<storage::MetaStore> meta,
                                                         std::shared_ptr<storage::BlobStore> blobs,
                                                         std::string repository, Reference reference) {
  auto lookup = co_await meta->manifest(repository, std::move(reference));
  if (!lookup) co_return core::fail(lookup.error());
  if (!*lookup) co_return std::nullopt;
  const auto& record = (*lookup)->manifest;
  auto reader = co_await blobs->open(record.digest);
  if (!reader && reader.error().code == core::ErrorCode::BlobUnknown) co_return std::nullopt;
  if (!reader) co_return core::fail(reader.error());
  if ((*reader)->size() != record.size || record.size > core::media::kMaxManifestBytes) {
    spdlog::error("manifest.damaged repository={} digest={} expected={} found={}", repository, record.digest.toString(),
                  record.size, (*reader)->size());
    co_return std::nullopt;
  }
  auto content = co_await readAll(std::move(*reader));
  if (!content) co_return core::fail(content.error());
  co_return StoredManifest{std::move(**lookup), std::make_shared<const std::string>(std::move(*content))};
}

}  // namespace larder::registry
