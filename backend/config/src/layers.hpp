// What a configuration is made of: the file (or the built-in text), and the overlay in the data directory.
//
// The overlay is a merge patch, in which a list stands whole. So that it keeps the edits alone, and not what the file
// happened to say beside them, the file's document at that time is kept with it, and at each load what changed in the
// file since then is merged with what was edited. Where both changed the same, the file counts: it was written later.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "larder/config/file_edit.hpp"
#include "larder/config/json.hpp"
#include "larder/config/load.hpp"
#include "larder/core/result.hpp"

namespace larder::config {

// Of the files behind them.
struct Stamps {
  FileStamp file, overlay;
  friend bool operator==(const Stamps&, const Stamps&) = default;
};

struct Layers {
  Json base;                    // an object, unless the file is wrong
  FileContent file;             // empty for the built-in text
  std::optional<Json> overlay;  // a merge patch
  std::string overlayText;      // as it is kept
  FileStamp overlayStamp;
  std::optional<Json> overlayBase;  // what the file said when the overlay was made, unless that is not known

  // What both make: the file with the edits that the overlay keeps.
  Json document;
  // Where the edits do not count, since the file changed there after them; or where the file does not, since nobody
  // knows what it said before.
  std::vector<Problem> warnings;

  Stamps stamps() const { return {file.stamp, overlayStamp}; }
  const Json& composed() const { return document; }
};

// Reads both; `overlayFile` empty: the base alone. The Error says what is wrong with which file. Blocks.
core::Result<Layers> readLayers(const std::filesystem::path& file, std::string_view builtIn,
                                const std::filesystem::path& overlayFile);

// Keeps `patch`, which was made upon `base`, as the overlay; an empty one is removed. `old`: what is kept there.
// Blocks.
core::Result<void> writeOverlay(const std::filesystem::path& overlayFile, const Json& patch, const Json& base,
                                const Layers& old);
// Puts back what `old` says. Blocks.
core::Result<void> restoreOverlay(const std::filesystem::path& overlayFile, const Layers& old);

// Whether the file is YAML, which would lose its comments if it were written again.
bool isYaml(const std::filesystem::path& file, std::string_view text);

// The document as text, indented as `old` is.
std::string asText(const Json& document, std::string_view old);

// Names the document, in 16 hex digits.
std::string hashOf(const Json& document);

}  // namespace larder::config
