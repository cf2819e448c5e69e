#include "lint.hpp"

#include <nlohmann/json.hpp>
#include <span>
#include <utility>
#include <vector>

#include "larder/core/json.hpp"
#include "larder/core/media_types.hpp"
#include "larder/runtime/offload_large.hpp"

namespace larder::registry {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxLinted = 4 * 1024 * 1024;

bool isImage(const ManifestDocument& document) {
  return document.config && (document.config->mediaType == core::media::kOciConfig ||
                             document.config->mediaType == core::media::kDockerConfig);
}

// Takes out what `names`, an object, has.
void removeNamed(std::vector<std::string>& missing, const json& names) {
  if (names.is_object()) std::erase_if(missing, [&](const std::string& name) { return names.contains(name); });
}

json labelsIn(const std::string& config) {
  auto document = core::parseJson(config).value_or(nullptr);
  if (!document.is_object() || !document.contains("config") || !document["config"].is_object()) return {};
  return document["config"].value("Labels", json());
}

// Null if the config is not here, or is nothing that has labels.
Task<Result<json>> labelsOf(std::shared_ptr<Context> context, std::string repository, Digest config) {
  auto readable = co_await context->meta->blob(std::move(repository), config);
  if (!readable) co_return core::fail(readable.error());
  if (!*readable) co_return json();
  auto reader = co_await context->blobs->open(config);
  if (!reader && reader.error().code == core::ErrorCode::BlobUnknown) co_return json();
  if (!reader) co_return core::fail(reader.error());
  if ((*reader)->size() > kMaxLinted) co_return json();
  std::string content(static_cast<std::size_t>((*reader)->size()), '\0');
  std::size_t got = 0;
  while (got < content.size()) {
    auto read = co_await (*reader)->readAt(got, std::as_writable_bytes(std::span(content)).subspan(got));
    if (!read) co_return core::fail(read.error());
    if (*read == 0) co_return json();
    got += *read;
  }
  auto bytes = content.size();
  co_return co_await runtime::offloadLarge(context->runtime.blocking(), bytes,
                                           [content = std::move(content)] { return labelsIn(content); });
}

}  // namespace

Task<Result<void>> lintImage(std::shared_ptr<Context> context, std::string repository, ManifestDocument document) {
  auto config = context->router.config();
  if (!config->extensions.lint || !isImage(document)) co_return Result<void>{};
  auto missing = config->extensions.lintMandatoryAnnotations;
  auto bytes = document.annotationsJson.size();
  auto annotations = co_await runtime::offloadLarge(
      context->runtime.blocking(), bytes,
      [text = std::move(document.annotationsJson)] { return core::parseJson(text, core::kOwnJson).value_or(nullptr); });
  removeNamed(missing, annotations);
  if (missing.empty()) co_return Result<void>{};
  auto labels = co_await labelsOf(context, std::move(repository), document.config->digest);
  if (!labels) co_return core::fail(labels.error());
  removeNamed(missing, *labels);
  if (missing.empty()) co_return Result<void>{};
  std::string names;
  for (const auto& name : missing) names += (names.empty() ? "" : ", ") + name;
  co_return core::fail(core::ErrorCode::ManifestInvalid,
                       "Images pushed here need these annotations or config labels: " + names + ".");
}

}  // namespace larder::registry
