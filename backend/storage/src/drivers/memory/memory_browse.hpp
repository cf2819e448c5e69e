// MetaBrowse in memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "drivers/memory/memory_catalog.hpp"
#include "larder/storage/meta_browse.hpp"

namespace larder::storage::memory {

class MemoryBrowse final : public MetaBrowse {
 public:
  explicit MemoryBrowse(std::shared_ptr<State> state) : state_(std::move(state)) {}

  Task<Result<Page<RepositorySummary>>> repositories(PageQuery<RepositorySort> query, MayRead mayRead) override;
  Task<Result<std::optional<RepositoryDetail>>> repository(std::string name) override;
  Task<Result<Page<TagSummary>>> tags(std::string repository, PageQuery<TagSort> query) override;
  Task<Result<std::vector<TagSummary>>> tagsNamed(std::string repository, std::vector<std::string> names) override;
  Task<Result<std::vector<TagUse>>> tagUse(std::string repository) override;
  Task<Result<StoreUse>> storeUse() override;
  Task<Result<std::vector<std::string>>> tagsOf(std::string repository, Digest digest, std::size_t limit) override;
  Task<Result<std::vector<Whereabouts>>> whereabouts(std::string repository, std::vector<Digest> digests) override;

 private:
  const Repository* find(const std::string& name) const;  // under the state's mutex
  bool isElsewhere(const std::string& repository, const Digest& digest) const;

  std::shared_ptr<State> state_;
};

}  // namespace larder::storage::memory
