// What a configuration is made of: the file (or the built-in text), and the overlay in the data directory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "larder/config/file_edit.hpp"
#include "larder/config/json.hpp"
#include "larder/core/result.hpp"

namespace larder::config {

struct Layers {
  Json base;                    // an object, unless the file is wrong
  FileContent file;             // empty for the built-in text
  std::optional<Json> overlay;  // a merge patch
  FileStamp overlayStamp;

  // The overlay over the base.
  Json composed() const;
};

// Reads both; `overlayFile` empty: the base alone. The Error says what is wrong with which file. Blocks.
core::Result<Layers> readLayers(const std::filesystem::path& file, std::string_view builtIn,
                                const std::filesystem::path& overlayFile);

// Whether the file is YAML, which would lose its comments if it were written again.
bool isYaml(const std::filesystem::path& file, std::string_view text);

// The document as text, indented as `old` is.
std::string asText(const Json& document, std::string_view old);

// Names the document, in 16 hex digits.
std::string hashOf(const Json& document);

}  // namespace larder::config
