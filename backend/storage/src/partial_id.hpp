// The ids of partial content, as BlobStore::write documents them.
#pragma once

#include <string_view>

#include "larder/core/result.hpp"

namespace larder::storage {

// Whether `id` is of [A-Za-z0-9._-]{1,128} and neither "." nor "..".
bool isPartialId(std::string_view id);
// InvalidArgument unless isPartialId(id).
core::Result<void> checkPartialId(std::string_view id);

}  // namespace larder::storage
