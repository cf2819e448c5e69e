// larder.blocked in force: the one place that decides whether a repository, or a tag in it, may be pulled and fetched.
// Immutable and thread-safe; what is cached because of its verdict goes with the configuration (Registry::reconfigure).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/config/config.hpp"
#include "larder/core/error.hpp"
#include "larder/storage/meta_store.hpp"

namespace re2 {
class RE2;
}

namespace larder::registry {

// The names by which a block may speak of a repository: its own, and "<host>/<name>" of the upstream that fills it. A
// block of either holds, whichever of the two a client pulls by.
using RepositoryNames = std::vector<std::string>;
RepositoryNames namesOf(std::string_view repository, const storage::Origin& origin);
bool speaksOf(const config::Block& block, const RepositoryNames& names);

class BlockList {
 public:
  explicit BlockList(config::Snapshot config);

  // Denied, with who blocked it and why; nothing if it may be. `tag`: "" where none is named: a digest, a list, the
  // repository as a whole. A block that has a tag pattern holds for tags alone.
  std::optional<core::Error> refusePull(const RepositoryNames& names, std::string_view tag) const;
  std::optional<core::Error> refuseFetch(const RepositoryNames& names, std::string_view tag) const;
  // The block that refusePull() goes by, of the configuration given; null if there is none.
  const config::Block* blockOfPull(const RepositoryNames& names, std::string_view tag) const;

 private:
  struct Entry {
    const config::Block* block;            // of config_
    std::shared_ptr<const re2::RE2> tags;  // null: the whole repository
  };
  struct Found {
    const config::Block* block = nullptr;
    std::string_view name;  // that it speaks of
  };
  Found find(bool config::Block::* kind, const RepositoryNames& names, std::string_view tag) const;

  config::Snapshot config_;
  std::vector<Entry> entries_;
};

}  // namespace larder::registry
