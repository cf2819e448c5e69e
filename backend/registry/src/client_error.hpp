// How an upstream's failure is told to a client. Pure.
#pragma once

#include "larder/core/error.hpp"

namespace larder::registry {

// "Not found" and "denied" become `absent` (ManifestUnknown, BlobUnknown, NameUnknown): a client then goes on to its
// next source. "Throttled" becomes TooManyRequests, our own deadline UpstreamTimeout; the rest stays.
core::Error toClientError(core::Error error, core::ErrorCode absent);

}  // namespace larder::registry
