#include "browse/image_config.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "larder/core/json.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;
using nlohmann::json;

constexpr std::uint64_t kMaxConfigBytes = 4 << 20;

const json& member(const json& object, const char* key) {
  static const json kNone;
  if (!object.is_object()) return kNone;
  auto found = object.find(key);
  return found == object.end() ? kNone : *found;
}

std::string text(const json& object, const char* key) {
  const auto& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::vector<std::string> texts(const json& object, const char* key) {
  std::vector<std::string> all;
  const auto& value = member(object, key);
  if (!value.is_array()) return all;
  for (const auto& one : value) {
    if (one.is_string()) all.push_back(one.get<std::string>());
  }
  return all;
}

// ExposedPorts and Volumes are sets: objects without values.
std::vector<std::string> keys(const json& object, const char* key) {
  std::vector<std::string> all;
  const auto& value = member(object, key);
  if (!value.is_object()) return all;
  for (const auto& [name, ignored] : value.items()) all.push_back(name);
  return all;
}

std::vector<HistoryStep> historyOf(const json& config) {
  std::vector<HistoryStep> steps;
  const auto& history = member(config, "history");
  if (!history.is_array()) return steps;
  for (const auto& step : history) {
    if (!step.is_object()) continue;
    const auto& empty = member(step, "empty_layer");
    steps.push_back({text(step, "created_by"), text(step, "created"), text(step, "comment"),
                     empty.is_boolean() && empty.get<bool>(), std::nullopt, std::nullopt});
  }
  return steps;
}

void nameLayers(std::vector<HistoryStep>& history, const std::vector<Descriptor>& layers) {
  auto madeOne = [](const HistoryStep& step) { return !step.empty; };
  if (std::ranges::count_if(history, madeOne) != std::ssize(layers)) return;
  auto layer = layers.begin();
  for (auto& step : history) {
    if (step.empty) continue;
    step.digest = layer->digest;
    step.size = layer->size;
    ++layer;
  }
}

Task<Result<std::string>> readConfig(std::shared_ptr<storage::BlobReader> reader) {
  std::string content(static_cast<std::size_t>(reader->size()), '\0');
  std::size_t got = 0;
  while (got < content.size()) {
    auto n = co_await reader->readAt(got, std::as_writable_bytes(std::span(content)).subspan(got));
    if (!n) co_return core::fail(n.error());
    if (*n == 0) co_return core::fail(ErrorCode::Corrupt, "The stored image configuration is truncated.");
    got += *n;
  }
  co_return content;
}

tl::unexpected<core::Error> failNotStored(const Digest& digest) {
  return core::fail(ErrorCode::BlobUnknown, "The image configuration is not stored yet. Pull or prefetch the image.",
                    digest.toString());
}

}  // namespace

bool isImageConfig(std::string_view mediaType) {
  return mediaType == "application/vnd.oci.image.config.v1+json" ||
         mediaType == "application/vnd.docker.container.image.v1+json";
}

Result<ImageConfig> parseImageConfig(std::string_view content, const std::vector<Descriptor>& layers) {
  auto parsed = core::parseJson(content);
  if (!parsed || !parsed->is_object()) {
    return core::fail(ErrorCode::Unsupported, "The image configuration is not valid. " +
                                                  (parsed ? "This is not a JSON object." : parsed.error().message));
  }
  const auto& document = *parsed;
  const auto& config = member(document, "config");
  ImageConfig image;
  image.platform = {text(document, "os"), text(document, "architecture"), text(document, "variant")};
  image.createdAt = text(document, "created");
  image.author = text(document, "author");
  image.user = text(config, "User");
  image.workingDir = text(config, "WorkingDir");
  image.stopSignal = text(config, "StopSignal");
  const auto& labels = member(config, "Labels");
  if (labels.is_object()) {
    for (const auto& [name, value] : labels.items()) {
      if (value.is_string()) image.labels.emplace(name, value.get<std::string>());
    }
  }
  image.env = texts(config, "Env");
  image.entrypoint = texts(config, "Entrypoint");
  image.cmd = texts(config, "Cmd");
  image.exposedPorts = keys(config, "ExposedPorts");
  image.volumes = keys(config, "Volumes");
  image.history = historyOf(document);
  nameLayers(image.history, layers);
  return image;
}

Task<Result<ImageConfig>> loadImageConfig(std::shared_ptr<Context> context, std::string repository,
                                          ManifestDocument document) {
  auto digest = document.config->digest;
  auto readable = co_await context->meta->blob(repository, digest);
  if (!readable) co_return core::fail(readable.error());
  if (!*readable) co_return failNotStored(digest);
  auto reader = co_await context->blobs->open(digest);
  if (!reader && reader.error().code == ErrorCode::BlobUnknown) co_return failNotStored(digest);
  if (!reader) co_return core::fail(reader.error());
  if ((*reader)->size() > kMaxConfigBytes) {
    co_return core::fail(ErrorCode::Unsupported, "The image configuration is larger than 4 MiB.", digest.toString());
  }
  auto content = co_await readConfig(std::move(*reader));
  if (!content) co_return core::fail(content.error());
  co_return co_await runtime::offload(context->runtime.blocking(),
                                      [content = std::move(*content), layers = std::move(document.layers)] {
                                        return parseImageConfig(content, layers);
                                      });
}

}  // namespace larder::registry
