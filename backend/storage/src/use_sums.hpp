// What the drivers of MetaBrowse have in common: how use is summed. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "larder/storage/meta_browse.hpp"

namespace larder::storage {

// Sums up a store, digest by digest: nothing of a digest is kept.
class StoreSums {
 public:
  // All repositories, by name, with nothing summed yet.
  explicit StoreSums(std::vector<RepositoryUse> repositories);
  // `holders`: who have the content of one digest, by their place in the list, each once.
  void add(std::span<const std::size_t> holders, std::uint64_t size);
  StoreUse finish() &&;

 private:
  StoreUse use_;
  std::vector<std::size_t> registryOf_;  // by repository
  std::vector<std::size_t> hosts_;       // of one digest
};

// Sums up the tags of one repository. Manifests and blobs first, then what leads where, then tags.
class TagSums {
 public:
  // Content that the repository has; `elsewhere`: another one has it too. A digest counts once.
  void content(const Digest& digest, std::uint64_t size, bool elsewhere);
  // `from` names `to`, or `to` is attached to `from`. Ignored where one of them is not here.
  void leads(const Digest& from, const Digest& to);
  void tag(std::string name, const Digest& digest);
  // In the order of the tags.
  std::vector<TagUse> sum() &&;

 private:
  struct Node {
    std::uint64_t size;
    bool elsewhere;
    std::uint32_t tags = 0;     // that lead to it; two stand for more
    std::uint64_t visited = 0;  // by the last walk
    std::vector<std::uint32_t> to;
  };
  // All nodes that the root leads to, itself among them.
  const std::vector<std::uint32_t>& walk(std::uint32_t root);

  std::vector<Node> nodes_;
  std::unordered_map<Digest, std::uint32_t> places_;
  std::vector<std::pair<std::string, std::uint32_t>> tags_;
  std::vector<std::uint32_t> reached_;
  std::uint64_t walks_ = 0;
};

}  // namespace larder::storage
