#include "use_sums.hpp"

#include <algorithm>
#include <map>

namespace larder::storage {

StoreSums::StoreSums(std::vector<RepositoryUse> repositories) {
  use_.repositories = std::move(repositories);
  std::map<std::string, std::size_t> places;
  for (const auto& repository : use_.repositories) places.emplace(repository.host, 0);
  for (auto& [host, place] : places) {
    place = use_.registries.size();
    use_.registries.push_back({host});
  }
  for (const auto& repository : use_.repositories) {
    registryOf_.push_back(places.at(repository.host));
    ++use_.registries[registryOf_.back()].repositories;
  }
}

void StoreSums::add(std::span<const std::size_t> holders, std::uint64_t size) {
  hosts_.clear();
  for (auto holder : holders) {
    use_.repositories[holder].bytes += size;
    if (std::ranges::find(hosts_, registryOf_[holder]) == hosts_.end()) hosts_.push_back(registryOf_[holder]);
  }
  if (holders.size() == 1) use_.repositories[holders.front()].ownBytes += size;
  for (auto host : hosts_) use_.registries[host].bytes += size;
  if (hosts_.size() == 1) use_.registries[hosts_.front()].ownBytes += size;
}

StoreUse StoreSums::finish() && {
  return std::move(use_);
}

void TagSums::content(const Digest& digest, std::uint64_t size, bool elsewhere) {
  auto [place, isNew] = places_.emplace(digest, static_cast<std::uint32_t>(nodes_.size()));
  if (isNew) nodes_.push_back({size, elsewhere, 0, 0, {}});
}

void TagSums::leads(const Digest& from, const Digest& to) {
  auto begin = places_.find(from);
  auto end = places_.find(to);
  if (begin == places_.end() || end == places_.end()) return;
  nodes_[begin->second].to.push_back(end->second);
}

void TagSums::tag(std::string name, const Digest& digest) {
  if (auto place = places_.find(digest); place != places_.end()) tags_.emplace_back(std::move(name), place->second);
}

const std::vector<std::uint32_t>& TagSums::walk(std::uint32_t root) {
  ++walks_;
  reached_.assign(1, root);
  nodes_[root].visited = walks_;
  for (std::size_t i = 0; i < reached_.size(); ++i) {
    for (auto next : nodes_[reached_[i]].to) {
      if (std::exchange(nodes_[next].visited, walks_) != walks_) reached_.push_back(next);
    }
  }
  return reached_;
}

std::vector<TagUse> TagSums::sum() && {
  std::vector<TagUse> uses;
  uses.reserve(tags_.size());
  for (const auto& [name, root] : tags_) {
    auto& use = uses.emplace_back();
    for (auto node : walk(root)) {
      use.bytes += nodes_[node].size;
      nodes_[node].tags = std::min<std::uint32_t>(nodes_[node].tags + 1, 2);
    }
  }
  for (std::size_t i = 0; i < tags_.size(); ++i) {
    for (auto node : walk(tags_[i].second)) {
      if (nodes_[node].tags == 1 && !nodes_[node].elsewhere) uses[i].ownBytes += nodes_[node].size;
    }
    uses[i].name = std::move(tags_[i].first);
  }
  return uses;
}

}  // namespace larder::storage
