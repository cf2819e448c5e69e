// What MetaMaintenance removes, each inside a transaction that the caller began.
#pragma once

#include <vector>

#include "drivers/sqlite/database.hpp"
#include "larder/storage/meta_maintenance.hpp"

namespace larder::storage::sqlite {

Result<Collected> collectOutdated(Database& database, const Outdated& outdated);
Result<std::vector<BlobLink>> unlinkUnnamedBlobs(Database& database, WallTime before, std::size_t limit,
                                                 const MetaMaintenance::Concerned& concerned);
Result<std::vector<Digest>> evictImage(Database& database, const ImageUse& image);

}  // namespace larder::storage::sqlite
