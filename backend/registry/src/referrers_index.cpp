#include "referrers_index.hpp"

#include <utility>

#include "larder/core/media_types.hpp"
#include "manifest_document.hpp"

namespace larder::registry {

Result<std::vector<Referrer>> parseReferrersIndex(std::string_view json) {
  auto document = parseManifest(json, core::media::kOciIndex);
  if (!document) {
    return core::fail(core::ErrorCode::UpstreamInvalid,
                      "The upstream's list of referrers is not acceptable. " + document.error().message);
  }
  std::vector<Referrer> referrers;
  referrers.reserve(document->manifests.size());
  for (auto& entry : document->manifests) {
    referrers.push_back({entry.digest, std::move(entry.mediaType), entry.size, std::move(entry.artifactType),
                         std::move(entry.annotationsJson)});
  }
  return referrers;
}

}  // namespace larder::registry
