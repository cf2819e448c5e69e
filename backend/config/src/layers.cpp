#include "layers.hpp"

#include "document.hpp"
#include "document_edit.hpp"
#include "larder/config/load.hpp"
#include "larder/core/digest.hpp"
#include "text.hpp"

namespace larder::config {
Json Layers::composed() const {
  auto document = base;
  if (overlay && base.is_object()) mergePatch(&configSchema(), document, *overlay);
  return document;
}

core::Result<Layers> readLayers(const std::filesystem::path& file, std::string_view builtIn,
                                const std::filesystem::path& overlayFile) {
  Layers layers;
  if (!file.empty()) {
    auto content = readForEdit(file, kMaxDocumentBytes);
    if (!content) return core::fail(content.error());
    if (!content->stamp.exists) {
      return core::fail(core::ErrorCode::Io, "The file " + quote(file.string()) + " does not exist.");
    }
    layers.file = std::move(*content);
  }
  std::string_view text = file.empty() ? builtIn : layers.file.text;
  auto base = parseDocument(text, formatOf(file));
  if (!base) return core::fail(base.error());
  layers.base = std::move(*base);
  if (overlayFile.empty()) return layers;

  auto content = readForEdit(overlayFile, kMaxDocumentBytes);
  if (!content) return core::fail(content.error());
  layers.overlayStamp = content->stamp;
  if (!content->stamp.exists) return layers;
  auto overlay = parseDocument(content->text, Format::Json);
  if (!overlay || !overlay->is_object()) {
    return core::fail(core::ErrorCode::InvalidArgument,
                      "The overlay " + quote(overlayFile.string()) + " is no JSON object: mend or remove it.");
  }
  layers.overlay = std::move(*overlay);
  return layers;
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
