// All that a database holds, as the changes that make it.
#pragma once

#include <functional>

#include "drivers/sqlite/database.hpp"
#include "drivers/sqlite/journal_change.hpp"

namespace larder::storage::sqlite {

// Calls `visit` for each change, in an order in which they can be applied; a failure of it ends the walk. The caller
// holds a transaction, and with it one consistent view. Uploads and counts of pulls are left out.
Result<void> dump(Database& database, const std::function<Result<void>(JournalChange)>& visit);

}  // namespace larder::storage::sqlite
