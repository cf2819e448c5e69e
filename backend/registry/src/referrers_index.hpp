// An upstream's answer to "Listing Referrers" (OCI distribution-spec 1.1). Pure.
#pragma once

#include <string_view>
#include <vector>

#include "larder/registry/services.hpp"

namespace larder::registry {

// UpstreamInvalid for what is no index, or for one beyond the bounds of a manifest.
Result<std::vector<Referrer>> parseReferrersIndex(std::string_view json);

}  // namespace larder::registry
