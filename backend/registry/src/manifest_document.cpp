#include "manifest_document.hpp"

#include <nlohmann/json.hpp>

#include "larder/core/json.hpp"
#include "larder/core/media_types.hpp"
#include "larder/runtime/offload_large.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;
using core::Result;
using nlohmann::json;
namespace media = core::media;

constexpr core::JsonLimits kLimits{.bytes = media::kMaxManifestBytes, .depth = 32};
constexpr std::size_t kMaxDescriptors = 10'000;
constexpr std::size_t kMaxMediaType = 255;  // RFC 6838, section 4.2: 127 for each of the two names
constexpr std::size_t kMaxPlatformPart = 64;

tl::unexpected<core::Error> invalid(std::string message, std::string where = {}) {
  return core::fail(ErrorCode::ManifestInvalid, std::move(message), std::move(where));
}

// The media type without parameters; "" for one that says nothing about the content.
std::string_view bareType(std::string_view contentType) {
  auto type = contentType.substr(0, contentType.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  while (!type.empty() && (type.front() == ' ' || type.front() == '\t')) type.remove_prefix(1);
  if (type == "application/json" || type == "application/octet-stream" || type == "text/plain") return {};
  return type;
}

Result<std::string> textAt(const json& object, const char* key) {
  auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::string();
  if (!found->is_string()) return invalid("The field must be a string.", key);
  return found->get<std::string>();
}

Result<std::string> annotations(const json& object) {
  auto found = object.find("annotations");
  if (found == object.end() || found->is_null()) return std::string();
  if (!found->is_object()) return invalid("The field must be an object.", "annotations");
  return found->empty() ? std::string() : found->dump();
}

// Lenient: nothing but the choice of platforms depends on it.
std::string platformOf(const json& descriptor) {
  auto found = descriptor.find("platform");
  if (found == descriptor.end() || !found->is_object()) return {};
  std::string name;
  for (const char* key : {"os", "architecture", "variant"}) {
    auto part = textAt(*found, key);
    if (part && !part->empty() && part->size() <= kMaxPlatformPart) name += (name.empty() ? "" : "/") + *part;
  }
  return name;
}

Result<Descriptor> parseDescriptor(const json& value, const std::string& where) {
  if (!value.is_object()) return invalid("A descriptor must be an object.", where);
  Descriptor descriptor;
  auto digestText = textAt(value, "digest");
  if (!digestText) return invalid("A descriptor's digest must be a string.", where);
  auto digest = core::Digest::parse(*digestText);
  if (!digest) return invalid("A descriptor needs a sha256 or sha512 digest.", where + ".digest");
  descriptor.digest = *digest;
  auto size = value.find("size");
  if (size == value.end() || !size->is_number_unsigned() || size->get<std::uint64_t>() > INT64_MAX) {
    return invalid("A descriptor needs a size in bytes, as an integer.", where + ".size");
  }
  descriptor.size = size->get<std::uint64_t>();
  auto mediaType = textAt(value, "mediaType");
  auto artifactType = textAt(value, "artifactType");
  auto notes = annotations(value);
  if (!mediaType || !artifactType || !notes || mediaType->size() > kMaxMediaType ||
      artifactType->size() > kMaxMediaType) {
    return invalid("A descriptor's mediaType, artifactType or annotations have the wrong type.", where);
  }
  descriptor.mediaType = std::move(*mediaType);
  descriptor.artifactType = std::move(*artifactType);
  descriptor.annotationsJson = std::move(*notes);
  descriptor.platform = platformOf(value);
  auto urls = value.find("urls");
  descriptor.hasUrls = urls != value.end() && urls->is_array() && !urls->empty();
  return descriptor;
}

Result<std::vector<Descriptor>> parseDescriptors(const json& document, const char* key) {
  std::vector<Descriptor> descriptors;
  auto list = document.find(key);
  if (list == document.end() || list->is_null()) return descriptors;
  if (!list->is_array()) return invalid("The field must be a list of descriptors.", key);
  if (list->size() > kMaxDescriptors) return invalid("A manifest may have at most 10,000 descriptors.", key);
  descriptors.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto descriptor = parseDescriptor((*list)[i], std::string(key) + "[" + std::to_string(i) + "]");
    if (!descriptor) return core::fail(descriptor.error());
    descriptors.push_back(std::move(*descriptor));
  }
  return descriptors;
}

bool isSchema1(const json& document, std::string_view type) {
  if (type.starts_with("application/vnd.docker.distribution.manifest.v1+")) return true;
  auto version = document.find("schemaVersion");
  return version != document.end() && *version == 1;
}

// Which kind of document this is: its own word, else the Content-Type, else its shape.
Result<std::string> decideType(const json& document, std::string_view contentType) {
  auto own = textAt(document, "mediaType");
  if (!own) return core::fail(own.error());
  auto told = bareType(contentType);
  if (own->size() > kMaxMediaType || told.size() > kMaxMediaType) return invalid("The media type is too long.");
  if (!own->empty() && !told.empty() && *own != told) {
    return invalid("The Content-Type does not match the manifest's mediaType.", "mediaType");
  }
  if (!own->empty()) return own;
  if (!told.empty()) return std::string(told);
  if (document.contains("manifests")) return std::string(media::kOciIndex);
  if (document.contains("config")) return std::string(media::kOciManifest);
  return invalid("The manifest has no mediaType and the request has no Content-Type.", "mediaType");
}

Result<void> parseImage(const json& document, ManifestDocument& out) {
  auto config = document.find("config");
  if (config == document.end()) return invalid("An image manifest needs a config.", "config");
  auto descriptor = parseDescriptor(*config, "config");
  if (!descriptor) return core::fail(descriptor.error());
  auto layers = parseDescriptors(document, "layers");
  if (!layers) return core::fail(layers.error());
  if (out.artifactType.empty()) out.artifactType = descriptor->mediaType;
  out.config = std::move(*descriptor);
  out.layers = std::move(*layers);
  return {};
}

Result<void> parseByType(const json& document, ManifestDocument& out) {
  bool image = media::isImageManifest(out.mediaType), index = media::isIndex(out.mediaType);
  if (image || index) {
    auto version = document.find("schemaVersion");
    if (version == document.end() || *version != 2) return invalid("The schemaVersion must be 2.", "schemaVersion");
    // What is both could be read as either, by two clients differently (CVE-2021-41190).
    if (document.contains(image ? "manifests" : "layers")) {
      return invalid("A manifest must not have both layers and manifests.");
    }
  }
  if (image) return parseImage(document, out);
  if (index || out.mediaType == media::kOciArtifactManifest) {
    auto named = parseDescriptors(document, index ? "manifests" : "blobs");
    if (!named) return core::fail(named.error());
    (index ? out.manifests : out.layers) = std::move(*named);
  }
  return {};
}

}  // namespace

Result<ManifestDocument> parseManifest(std::string_view content, std::string_view contentType) {
  if (content.size() > media::kMaxManifestBytes) {
    return core::fail(ErrorCode::TooLarge, "A manifest may be at most 4 MiB.");
  }
  auto document = core::parseJson(content, kLimits);
  if (!document) return invalid(document.error().message, document.error().where);
  if (!document->is_object()) return invalid("A manifest must be a JSON object.");
  if (isSchema1(*document, bareType(contentType))) {
    return invalid("Docker schema 1 manifests are not supported; push the image again with a current client.");
  }
  auto type = decideType(*document, contentType);
  auto artifactType = textAt(*document, "artifactType");
  auto notes = annotations(*document);
  if (!type) return core::fail(type.error());
  if (!artifactType) return core::fail(artifactType.error());
  if (artifactType->size() > kMaxMediaType) return invalid("The artifact type is too long.", "artifactType");
  if (!notes) return core::fail(notes.error());
  ManifestDocument out;
  out.mediaType = std::move(*type);
  out.artifactType = std::move(*artifactType);
  out.annotationsJson = std::move(*notes);
  if (auto subject = document->find("subject"); subject != document->end() && !subject->is_null()) {
    auto descriptor = parseDescriptor(*subject, "subject");
    if (!descriptor) return core::fail(descriptor.error());
    out.subject = descriptor->digest;
  }
  auto parsed = parseByType(*document, out);
  if (!parsed) return core::fail(parsed.error());
  return out;
}

runtime::Task<Result<ManifestDocument>> parseManifestOn(runtime::Executor blocking, const std::string* content,
                                                        const std::string* contentType) {
  co_return co_await runtime::offloadLarge(blocking, content->size(),
                                           [content, contentType] { return parseManifest(*content, *contentType); });
}

bool leadsToManifest(const Descriptor& descriptor) {
  const auto& type = descriptor.mediaType;
  return type.empty() || media::isIndex(type) || media::isImageManifest(type) || type == media::kOciArtifactManifest;
}

std::vector<storage::ManifestLink> linksOf(const ManifestDocument& document) {
  using Kind = storage::ManifestLink::Kind;
  std::vector<storage::ManifestLink> links;
  links.reserve(document.layers.size() + document.manifests.size() + 1);
  if (document.config) links.push_back({Kind::Blob, document.config->digest, document.config->size});
  for (const auto& layer : document.layers) {
    if (!layer.hasUrls) links.push_back({Kind::Blob, layer.digest, layer.size});
  }
  for (const auto& child : document.manifests) {
    links.push_back({leadsToManifest(child) ? Kind::Manifest : Kind::Blob, child.digest, child.size});
  }
  return links;
}

std::string cutAnnotations(std::string annotationsJson, std::size_t most) {
  if (annotationsJson.size() <= most) return annotationsJson;
  auto all = core::parseJson(annotationsJson, core::kOwnJson).value_or(nullptr);
  if (!all.is_object()) return {};
  auto kept = json::object();
  std::size_t bytes = 2;
  for (auto& [name, value] : all.items()) {
    auto more = json(name).dump().size() + value.dump().size() + 2;
    if (bytes + more > most) continue;
    bytes += more;
    kept[name] = std::move(value);
  }
  return kept.empty() ? std::string() : kept.dump();
}

storage::ManifestRecord recordOf(const ManifestDocument& document, const core::Digest& digest, std::uint64_t size) {
  storage::ManifestRecord record;
  record.digest = digest;
  record.mediaType = document.mediaType;
  record.size = size;
  record.artifactType = document.artifactType;
  record.subject = document.subject;
  record.annotationsJson = cutAnnotations(document.annotationsJson, kListedAnnotations);
  record.links = linksOf(document);
  return record;
}

}  // namespace larder::registry
