#include "layers.hpp"

#include <system_error>

#include "document.hpp"
#include "document_edit.hpp"
#include "elements.hpp"
#include "larder/core/digest.hpp"
#include "merge.hpp"
#include "private_directory.hpp"
#include "schema_walk.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;

constexpr std::size_t kRevisionDigits = 16;
constexpr std::string_view kBaseSuffix = ".base.json";

std::string digestOf(std::string_view text) {
  return core::Digest::of(text).hex().substr(0, kRevisionDigits);
}

// Named after the overlay that it belongs to: a crash between the two leaves the old pair.
std::filesystem::path baseFileOf(const std::filesystem::path& overlayFile, std::string_view overlayText) {
  return overlayFile.parent_path() / ("overlay-" + digestOf(overlayText) + std::string(kBaseSuffix));
}

void removeOtherBases(const std::filesystem::path& overlayFile, const std::filesystem::path& kept) {
  std::error_code error;
  std::vector<std::filesystem::path> others;
  for (const auto& entry : std::filesystem::directory_iterator(overlayFile.parent_path(), error)) {
    auto name = entry.path().filename().string();
    if (name.starts_with("overlay-") && name.ends_with(kBaseSuffix) && entry.path() != kept) {
      others.push_back(entry.path());
    }
  }
  for (const auto& other : others) std::filesystem::remove(other, error);
}

core::Result<void> put(const std::filesystem::path& path, const std::string& text) {
  auto written = replaceFile(path, text, stampOf(path));
  if (!written) return core::fail(written.error());
  return {};
}

// Lists of the patch that are not what the document has there.
void findLists(const SchemaNode* node, const Json& patch, const Json& document, const Path& path,
               std::vector<Problem>& found) {
  for (auto it = patch.begin(); it != patch.end(); ++it) {
    auto there = document.is_object() ? memberAs(node, document, it.key()) : document.end();
    if (!document.is_object() || there == document.end()) continue;
    auto place = placeOf(node, path, it.key());
    if (it->is_object()) {
      findLists(childOf(node, it.key()), *it, *there, place, found);
    } else if (it->is_array() && !same(*it, *there)) {
      found.push_back({Severity::Warning, place.toString(),
                       "The overlay of edits replaces this whole list and does not record what the file contained when "
                       "it was made, so this list in the file is ignored.",
                       "Make any edit so that later changes to the file apply, or remove the overlay"});
    }
  }
}

void compose(Layers& layers) {
  layers.document = layers.base;
  if (!layers.overlay || !layers.base.is_object()) return;
  const auto& schema = configSchema();
  if (!layers.overlayBase || same(*layers.overlayBase, layers.base)) {
    mergePatch(&schema, layers.document, *layers.overlay);
    if (!layers.overlayBase) findLists(&schema, *layers.overlay, layers.base, {}, layers.warnings);
    return;
  }
  auto edited = *layers.overlayBase;
  mergePatch(&schema, edited, *layers.overlay);
  auto merge = mergeThreeWays(&schema, *layers.overlayBase, edited, layers.base, {});
  layers.document = std::move(merge.document);
  for (const auto& conflict : merge.conflicts) {
    layers.warnings.push_back({Severity::Warning, conflict.path,
                               "The file was changed after an edit of the same setting" +
                                   (conflict.name.empty() ? "" : " (" + conflict.name + ")") +
                                   " in the overlay. The value in the file is used and the edit is ignored.",
                               ""});
  }
}

}  // namespace

core::Result<Layers> readLayers(const std::filesystem::path& file, std::string_view builtIn,
                                const std::filesystem::path& overlayFile) {
  Layers layers;
  if (!file.empty()) {
    auto content = readForEdit(file, kMaxDocumentBytes);
    if (!content) return core::fail(content.error());
    if (!content->stamp.exists) {
      return core::fail(ErrorCode::Io, "The file " + quotePath(file) + " does not exist.");
    }
    layers.file = std::move(*content);
  }
  std::string_view text = file.empty() ? builtIn : layers.file.text;
  auto base = parseDocument(text, formatOf(file));
  if (!base) return core::fail(ofFile(file, base.error()));
  layers.base = std::move(*base);
  if (!overlayFile.empty()) {
    auto content = readForEdit(overlayFile, kMaxDocumentBytes);
    if (!content) return core::fail(content.error());
    layers.overlayStamp = content->stamp;
    if (content->stamp.exists) {
      auto overlay = parseDocument(content->text, Format::Json);
      if (!overlay || !overlay->is_object()) {
        return core::fail(ErrorCode::InvalidArgument, "The overlay of edits, " + quotePath(overlayFile) +
                                                          ", is not a JSON object. Fix or remove it.");
      }
      layers.overlay = std::move(*overlay);
      layers.overlayText = std::move(content->text);
      auto kept = readForEdit(baseFileOf(overlayFile, layers.overlayText), kMaxDocumentBytes);
      auto made = kept && kept->stamp.exists ? parseDocument(kept->text, Format::Json) : core::Result<Json>(nullptr);
      if (made && made->is_object()) layers.overlayBase = std::move(*made);
    }
  }
  compose(layers);
  return layers;
}

core::Result<void> writeOverlay(const std::filesystem::path& overlayFile, const Json& patch, const Json& base,
                                const Layers& old) {
  std::error_code error;
  if (patch.empty()) {
    std::filesystem::remove(overlayFile, error);
    if (error) {
      return core::fail(ErrorCode::Io, "The overlay cannot be removed: " + error.message(), overlayFile.string());
    }
    removeOtherBases(overlayFile, {});
    return {};
  }
  makePrivate(overlayFile.parent_path());
  auto text = patch.dump(2) + "\n";
  auto baseFile = baseFileOf(overlayFile, text);
  if (auto kept = put(baseFile, base.dump() + "\n"); !kept) return kept;
  auto written = replaceFile(overlayFile, text, old.overlayStamp);
  if (!written) return core::fail(written.error());
  removeOtherBases(overlayFile, baseFile);
  return {};
}

core::Result<void> restoreOverlay(const std::filesystem::path& overlayFile, const Layers& old) {
  if (!old.overlay) {
    std::error_code ignored;
    std::filesystem::remove(overlayFile, ignored);
    removeOtherBases(overlayFile, {});
    return {};
  }
  auto baseFile = baseFileOf(overlayFile, old.overlayText);
  if (old.overlayBase) {
    if (auto kept = put(baseFile, old.overlayBase->dump() + "\n"); !kept) return kept;
  }
  if (auto back = put(overlayFile, old.overlayText); !back) return back;
  removeOtherBases(overlayFile, old.overlayBase ? baseFile : std::filesystem::path());
  return {};
}

bool isYaml(const std::filesystem::path& file, std::string_view text) {
  auto format = formatOf(file);
  return format == Format::Yaml || (format == Format::Detect && !trim(text).starts_with('{'));
}

std::string asText(const Json& document, std::string_view old) {
  int indent = 2;
  char filler = ' ';
  if (auto line = old.find('\n'); line != std::string_view::npos && line + 1 < old.size()) {
    auto rest = old.substr(line + 1);
    auto width = rest.find_first_not_of(rest.front());
    if (rest.front() == '\t') {
      filler = '\t';
      indent = 1;
    } else if (rest.front() == ' ' && width != std::string_view::npos && width <= 8) {
      indent = static_cast<int>(width);
    }
  }
  return document.dump(indent, filler) + "\n";
}

std::string hashOf(const Json& document) {
  return core::Digest::of(document.dump()).hex().substr(0, 16);
}

}  // namespace larder::config
