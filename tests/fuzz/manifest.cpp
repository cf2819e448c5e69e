#include <nlohmann/json.hpp>
#include <string>

#include "manifest_document.hpp"
#include "targets.hpp"

namespace larder::fuzz {

void manifest(std::string_view input) {
  auto end = input.find('\n');
  auto type = input.substr(0, end);
  auto content = end == std::string_view::npos ? std::string_view{} : input.substr(end + 1);
  auto document = registry::parseManifest(content, type);
  if (!document) return;
  auto record = registry::recordOf(*document, core::Digest::of(content), content.size());
  require(record.links.size() <= 10'001, "links are bounded");
  require(record.mediaType == document->mediaType, "the record has the document's type");
  require(record.annotationsJson.empty() || nlohmann::json::parse(record.annotationsJson).is_object(),
          "annotations are an object");
}

}  // namespace larder::fuzz
