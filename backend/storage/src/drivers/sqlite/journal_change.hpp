// What the journal keeps: the changes of a MetaStore, and the pins of its maintenance.
#pragma once

#include <variant>
#include <vector>

#include "drivers/sqlite/database.hpp"
#include "larder/storage/meta_maintenance.hpp"

namespace larder::storage::sqlite {

struct PinChange {
  Pin pin;
  bool pinned = true;
};
using JournalChange = std::variant<MetaChange, PinChange>;
using JournalChanges = std::vector<JournalChange>;

// Inside a transaction of the caller's. NameUnknown if a repository that is to be pinned in is not there.
Result<void> applyPin(Database& database, const PinChange& change);
// Carries out what was written to a journal once: what is to be removed may be gone already.
Result<void> applyAgain(Database& database, const JournalChange& change);

}  // namespace larder::storage::sqlite
