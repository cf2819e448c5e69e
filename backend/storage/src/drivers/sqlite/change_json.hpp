// The changes that a journal keeps, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "drivers/sqlite/journal_change.hpp"

namespace larder::storage::sqlite {

// Null for what a rebuild does without: notes, and uploads, which end with the metadata that they belong to. A
// condition is left out (what is written was carried out), and `at` is the time of a repository that has none.
nlohmann::json toJson(const JournalChange& change, WallTime at);
// Corrupt if it is no change.
Result<JournalChange> changeFromJson(const nlohmann::json& json);

}  // namespace larder::storage::sqlite
