// The reads of MetaBrowse that sum up what things take, on a connection of the caller's. They block.
#pragma once

#include <string>
#include <vector>

#include "drivers/sqlite/database.hpp"
#include "larder/storage/meta_browse.hpp"

namespace larder::storage::sqlite {

Result<std::vector<TagUse>> sumTags(Database& database, const std::string& repository);
Result<StoreUse> sumStore(Database& database);

}  // namespace larder::storage::sqlite
