// MetaBrowse over SQLite: reads through the pool of readers.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "drivers/sqlite/browse_queries.hpp"
#include "drivers/sqlite/reader_pool.hpp"
#include "drivers/sqlite/use_queries.hpp"

namespace larder::storage::sqlite {

class SqliteBrowse final : public MetaBrowse {
 public:
  explicit SqliteBrowse(Readers readers) : readers_(std::move(readers)) {}

  Task<Result<Page<RepositorySummary>>> repositories(PageQuery<RepositorySort> query, MayRead mayRead) override {
    return readers_.read([query = std::move(query), mayRead = std::move(mayRead)](Database& database) {
      return pageRepositories(database, query, mayRead);
    });
  }
  Task<Result<std::optional<RepositoryDetail>>> repository(std::string name) override {
    return readers_.read([name = std::move(name)](Database& database) { return detailRepository(database, name); });
  }
  Task<Result<Page<TagSummary>>> tags(std::string repository, PageQuery<TagSort> query) override {
    return readers_.read([repository = std::move(repository), query = std::move(query)](Database& database) {
      return pageTags(database, repository, query);
    });
  }
  Task<Result<std::vector<TagSummary>>> tagsNamed(std::string repository, std::vector<std::string> names) override {
    return readers_.read([repository = std::move(repository), names = std::move(names)](Database& database) {
      return listTagsNamed(database, repository, names);
    });
  }
  Task<Result<std::vector<TagUse>>> tagUse(std::string repository) override {
    return readers_.read(
        [repository = std::move(repository)](Database& database) { return sumTags(database, repository); });
  }
  Task<Result<StoreUse>> storeUse() override {
    return readers_.read([](Database& database) { return sumStore(database); });
  }
  Task<Result<std::vector<std::string>>> tagsOf(std::string repository, Digest digest, std::size_t limit) override {
    return readers_.read([repository = std::move(repository), digest, limit](Database& database) {
      return listTagsOf(database, repository, digest, limit);
    });
  }
  Task<Result<std::vector<Whereabouts>>> whereabouts(std::string repository, std::vector<Digest> digests) override {
    return readers_.read([repository = std::move(repository), digests = std::move(digests)](Database& database) {
      return findWhereabouts(database, repository, digests);
    });
  }

 private:
  Readers readers_;
};

}  // namespace larder::storage::sqlite
