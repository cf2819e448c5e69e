// An upstream's answer to "Listing Referrers" (OCI distribution-spec 1.1). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "larder/registry/services.hpp"

namespace larder::registry {

// In the order of their digests, each once, with their annotations cut for lists. UpstreamInvalid for what is no index,
// or for one beyond the bounds of a manifest.
Result<std::vector<Referrer>> parseReferrersIndex(std::string_view json);
// The same on the blocking pool where it takes long.
Task<Result<std::vector<Referrer>>> parseReferrersIndexOn(runtime::Executor blocking, std::string json);

}  // namespace larder::registry
