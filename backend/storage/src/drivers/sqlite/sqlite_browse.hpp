// MetaBrowse over SQLite: reads through the pool of readers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "drivers/sqlite/browse_queries.hpp"
#include "drivers/sqlite/reader_pool.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::storage::sqlite {

class SqliteBrowse final : public MetaBrowse {
 public:
  SqliteBrowse(std::shared_ptr<ReaderPool> readers, runtime::Executor blocking)
      : readers_(std::move(readers)), blocking_(std::move(blocking)) {}

  Task<Result<Page<RepositorySummary>>> repositories(PageQuery<RepositorySort> query, MayRead mayRead) override {
    return read([query = std::move(query), mayRead = std::move(mayRead)](Database& database) {
      return pageRepositories(database, query, mayRead);
    });
  }
  Task<Result<std::optional<RepositoryDetail>>> repository(std::string name) override {
    return read([name = std::move(name)](Database& database) { return detailRepository(database, name); });
  }
  Task<Result<Page<TagSummary>>> tags(std::string repository, PageQuery<TagSort> query) override {
    return read([repository = std::move(repository), query = std::move(query)](Database& database) {
      return pageTags(database, repository, query);
    });
  }
  Task<Result<std::vector<std::string>>> tagsOf(std::string repository, Digest digest) override {
    return read([repository = std::move(repository), digest](Database& database) {
      return listTagsOf(database, repository, digest);
    });
  }
  Task<Result<std::vector<Whereabouts>>> whereabouts(std::string repository, std::vector<Digest> digests) override {
    return read([repository = std::move(repository), digests = std::move(digests)](Database& database) {
      return findWhereabouts(database, repository, digests);
    });
  }

 private:
  template <class Query, class T = std::invoke_result_t<const Query&, Database&>>
  Task<T> read(Query query) {
    return runtime::offload(blocking_,
                            [readers = readers_, query = std::move(query)] { return readers->read(std::cref(query)); });
  }

  std::shared_ptr<ReaderPool> readers_;
  runtime::Executor blocking_;
};

}  // namespace larder::storage::sqlite
