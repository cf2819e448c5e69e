// The configuration of an image, as far as people want to see it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "context.hpp"
#include "manifest_document.hpp"

namespace larder::registry {

// Whether a config descriptor's media type says that it is an image configuration.
bool isImageConfig(std::string_view mediaType);

// Pure. Unsupported for what is not a JSON object, or goes beyond the limits of core::parseJson(). `layers` are those
// of the manifest; they are told by the history where it has as many steps that made one.
Result<ImageConfig> parseImageConfig(std::string_view content, const std::vector<Descriptor>& layers);

// Of a manifest of the repository that has a config. BlobUnknown if that is not stored, Unsupported if it is too large
// or cannot be read.
Task<Result<ImageConfig>> loadImageConfig(std::shared_ptr<Context> context, std::string repository,
                                          ManifestDocument document);

}  // namespace larder::registry
