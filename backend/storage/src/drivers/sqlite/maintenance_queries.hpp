// The reads of MetaMaintenance, on a connection of the caller's. They block.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/sqlite/database.hpp"
#include "larder/storage/meta_maintenance.hpp"

namespace larder::storage::sqlite {

Result<std::vector<ManifestRecord>> listManifests(Database& database, const std::string& repository,
                                                  const std::optional<Digest>& after, std::size_t limit);
Result<std::vector<Digest>> findUnneeded(Database& database, const std::vector<Digest>& digests);
Result<std::vector<ImageUse>> listImagesByUse(Database& database, const std::optional<ImageUse>& after,
                                              std::size_t limit);
Result<std::vector<Pin>> listPins(Database& database, const std::string& repository);

}  // namespace larder::storage::sqlite
