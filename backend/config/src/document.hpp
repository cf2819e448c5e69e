// The text of a configuration, JSON or YAML, as one tree.
#pragma once

#include <filesystem>
#include <string_view>

#include "larder/config/json.hpp"
#include "larder/core/error.hpp"
#include "larder/core/json.hpp"
#include "larder/core/result.hpp"

namespace larder::config {

enum class Format { Detect, Json, Yaml };
// By the extension of the file's name.
Format formatOf(const std::filesystem::path& file);

inline constexpr std::size_t kMaxDocumentBytes = 4 * 1024 * 1024;
inline constexpr core::JsonLimits kDocumentLimits{.bytes = kMaxDocumentBytes};

// Detect: what begins with `{` is JSON. InvalidArgument with line and column for what is neither, for a key that stands
// twice in one object, and for YAML that is no tree of JSON's values; TooLarge beyond the limits above. The `where` of
// the Error is the place's path where there is one.
core::Result<Json> parseDocument(std::string_view text, Format format);

// The Error with the name of the file that the text was read from; as it is for the built-in text, "".
core::Error ofFile(const std::filesystem::path& file, core::Error error);

}  // namespace larder::config
