#include "referrers_index.hpp"

#include <algorithm>
#include <utility>

#include "larder/core/media_types.hpp"
#include "larder/runtime/offload_large.hpp"
#include "manifest_document.hpp"

namespace larder::registry {

Result<std::vector<Referrer>> parseReferrersIndex(std::string_view json) {
  auto document = parseManifest(json, core::media::kOciIndex);
  if (!document) {
    return core::fail(core::ErrorCode::UpstreamInvalid,
                      "The upstream's referrers list is not valid. " + document.error().message);
  }
  std::vector<Referrer> referrers;
  referrers.reserve(document->manifests.size());
  for (auto& entry : document->manifests) {
    referrers.push_back({entry.digest, std::move(entry.mediaType), entry.size, std::move(entry.artifactType),
                         cutAnnotations(std::move(entry.annotationsJson), kListedAnnotations)});
  }
  std::ranges::sort(referrers, {}, &Referrer::digest);
  auto again = std::ranges::unique(referrers, {}, &Referrer::digest);
  referrers.erase(again.begin(), again.end());
  return referrers;
}

Task<Result<std::vector<Referrer>>> parseReferrersIndexOn(runtime::Executor blocking, std::string json) {
  auto bytes = json.size();
  co_return co_await runtime::offloadLarge(blocking, bytes,
                                           [json = std::move(json)] { return parseReferrersIndex(json); });
}

}  // namespace larder::registry
