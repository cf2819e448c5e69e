// The reads of MetaStore, on a connection of the caller's. They block.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "drivers/sqlite/database.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::storage::sqlite {

Result<std::optional<ManifestLookup>> findByTag(Database& database, const std::string& repository,
                                                const std::string& tag);
Result<std::optional<ManifestLookup>> findByDigest(Database& database, const std::string& repository,
                                                   const Digest& digest);
Result<std::optional<BlobRecord>> findBlob(Database& database, const std::string& repository, const Digest& digest);
Result<std::optional<std::string>> findHolder(Database& database, const Digest& digest, const HolderFilter& filter);
Result<std::optional<RepositoryRecord>> findRepository(Database& database, const std::string& name);
Result<std::optional<RepositoryRecord>> findByOrigin(Database& database, const Origin& origin);
Result<std::vector<std::string>> listRepositories(Database& database, const std::string& after, std::size_t limit);
Result<std::vector<TagRecord>> listTags(Database& database, const std::string& repository, const std::string& after,
                                        std::size_t limit);
Result<NamingPage> listNaming(Database& database, const std::string& repository, const NamingQuery& query);
Result<std::optional<UploadRecord>> findUpload(Database& database, const std::string& id);
Result<std::vector<UploadRecord>> listIdleUploads(Database& database, WallTime before);

}  // namespace larder::storage::sqlite
