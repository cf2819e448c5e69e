// What a manifest says (OCI image-spec 1.1 "Image Manifest" and "Image Index", Docker image manifest v2 schema 2 and
// manifest list, OCI artifact manifest of 1.1.0-rc). Pure functions; the bytes themselves are kept elsewhere and never
// made anew from this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::registry {

struct Descriptor {
  std::string mediaType;
  core::Digest digest;
  std::uint64_t size = 0;
  std::string artifactType;     // "" if none
  std::string annotationsJson;  // "" if none
  std::string platform;         // of an index's entry: "linux/arm/v7", "" if it names none
  bool hasUrls = false;         // content lies elsewhere (a foreign, or non-distributable, layer)
};

struct ManifestDocument {
  std::string mediaType;
  std::optional<Descriptor> config;
  std::vector<Descriptor> layers;     // the blobs of an artifact manifest too
  std::vector<Descriptor> manifests;  // of an index
  std::optional<core::Digest> subject;
  std::string artifactType;  // an image manifest without one: its config's media type ("Listing Referrers")
  std::string annotationsJson;
};

// `contentType` is the Content-Type that came with the bytes, "" if none; parameters are ignored, and a type that says
// nothing (application/json) gives way to the document's own. An unknown media type is accepted as opaque JSON without
// links. ManifestInvalid: broken or ambiguous JSON, a schema 1 manifest, types that contradict each other, a bad
// descriptor, more than 10,000 descriptors. TooLarge beyond core::media::kMaxManifestBytes.
core::Result<ManifestDocument> parseManifest(std::string_view content, std::string_view contentType);
// The same on the blocking pool where it takes long. Both texts must outlive the task.
runtime::Task<core::Result<ManifestDocument>> parseManifestOn(runtime::Executor blocking, const std::string* content,
                                                              const std::string* contentType);

// Whether a descriptor of an index leads to a manifest. Build caches put blobs into an index as well.
bool leadsToManifest(const Descriptor& descriptor);

// All that the document names, as links; foreign layers are left out, since their content is not the registry's.
std::vector<storage::ManifestLink> linksOf(const ManifestDocument& document);

// What lists tell of annotations: an object that is longer loses the values that do not fit, the first that fit are
// kept. The manifest itself has them all. Both in bytes of JSON.
inline constexpr std::size_t kListedAnnotations = std::size_t{64} * 1024;  // for clients
inline constexpr std::size_t kShownAnnotations = std::size_t{4} * 1024;    // for people
// Cuts a JSON object of annotations down to `most` bytes; "" if nothing fits. Parses what is longer.
std::string cutAnnotations(std::string annotationsJson, std::size_t most);

// The record of a manifest for the MetaStore, without times, and with its annotations cut for lists.
storage::ManifestRecord recordOf(const ManifestDocument& document, const core::Digest& digest, std::uint64_t size);

}  // namespace larder::registry
