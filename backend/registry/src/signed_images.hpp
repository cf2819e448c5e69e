// onlySigned: what a sync rule lets in. A signature counts by its presence alone, as in Zot; nothing is verified.
#pragma once

#include <memory>
#include <string>

#include "context.hpp"
#include "manifest_document.hpp"

namespace larder::registry {

// Whether the manifest that `target` gave may be stored. UpstreamNotFound if the rule takes signed images only and this
// is none; an outage is an error of its own. Asks the upstream about new images alone: neither about signatures and
// what else is attached, nor about what is stored, nor about the platforms of a stored index.
Task<Result<void>> checkSigned(std::shared_ptr<Context> context, std::string repository, RouteTarget target,
                               Reference reference, Digest digest, ManifestDocument document);

}  // namespace larder::registry
