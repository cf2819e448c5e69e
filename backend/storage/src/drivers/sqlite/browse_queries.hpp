// The reads of MetaBrowse, on a connection of the caller's. They block.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/sqlite/database.hpp"
#include "larder/storage/meta_browse.hpp"

namespace larder::storage::sqlite {

Result<Page<RepositorySummary>> pageRepositories(Database& database, const PageQuery<RepositorySort>& query,
                                                 const MetaBrowse::MayRead& mayRead);
Result<std::optional<RepositoryDetail>> detailRepository(Database& database, const std::string& name);
Result<Page<TagSummary>> pageTags(Database& database, const std::string& repository, const PageQuery<TagSort>& query);
Result<std::vector<TagSummary>> listTagsNamed(Database& database, const std::string& repository,
                                              const std::vector<std::string>& names);
Result<std::vector<std::string>> listTagsOf(Database& database, const std::string& repository, const Digest& digest,
                                            std::size_t limit);
Result<std::vector<Whereabouts>> findWhereabouts(Database& database, const std::string& repository,
                                                 const std::vector<Digest>& digests);

}  // namespace larder::storage::sqlite
