// The stores of a daemon that takes over what Zot has left: whoever looks for something that is still to come waits for
// it. All else, and everything once the adoption has finished, is what the stores behind them say.
#pragma once

#include <memory>

#include "adoption.hpp"
#include "larder/storage/blob_store.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::daemon {

std::shared_ptr<storage::MetaStore> adopting(std::shared_ptr<storage::MetaStore> meta,
                                             std::shared_ptr<Adoption> adoption);
std::shared_ptr<storage::BlobStore> adopting(std::shared_ptr<storage::BlobStore> blobs,
                                             std::shared_ptr<Adoption> adoption);

}  // namespace larder::daemon
