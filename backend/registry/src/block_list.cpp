#include "larder/registry/block_list.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <utility>

#include "route_rules.hpp"

namespace larder::registry {
namespace {

core::Error errorOf(const config::Block& block, std::string_view repository) {
  auto message = (block.by.empty() ? "An admin" : block.by) + " blocked " + std::string(repository);
  if (!block.tagsPattern.empty()) message += " for tags that match " + block.tagsPattern;
  message += block.reason.empty() ? std::string(".") : ": " + block.reason;
  auto where = "larder.blocked[\"" + block.key + "\"]" + (block.at.empty() ? "" : " since " + block.at);
  return {core::ErrorCode::Denied, std::move(message), std::move(where)};
}

}  // namespace

RepositoryNames namesOf(std::string_view repository, const storage::Origin& origin) {
  RepositoryNames names{std::string(repository)};
  if (origin.host.empty()) return names;
  auto hosted = hostedName(origin.host, origin.name);
  if (hosted != repository) names.push_back(std::move(hosted));
  return names;
}

BlockList::BlockList(config::Snapshot config) : config_(std::move(config)) {
  for (const auto& block : config_->larder.blocked) {
    std::shared_ptr<const RE2> tags;
    if (!block.tagsRegex.empty()) tags = std::make_shared<const RE2>(block.tagsRegex, RE2::Quiet);
    entries_.push_back({&block, std::move(tags)});
  }
}

bool speaksOf(const config::Block& block, const RepositoryNames& names) {
  return std::ranges::any_of(names, [&](const auto& name) { return block.repositories.matches(name); });
}

std::optional<core::Error> BlockList::refusePull(const RepositoryNames& names, std::string_view tag) const {
  auto found = find(&config::Block::pull, names, tag);
  if (found.block == nullptr) return std::nullopt;
  return errorOf(*found.block, found.name);
}

std::optional<core::Error> BlockList::refuseFetch(const RepositoryNames& names, std::string_view tag) const {
  auto found = find(&config::Block::mirror, names, tag);
  if (found.block == nullptr) return std::nullopt;
  return errorOf(*found.block, found.name);
}

const config::Block* BlockList::blockOfPull(const RepositoryNames& names, std::string_view tag) const {
  return find(&config::Block::pull, names, tag).block;
}

BlockList::Found BlockList::find(bool config::Block::* kind, const RepositoryNames& names, std::string_view tag) const {
  for (const auto& [block, tags] : entries_) {
    if (!(block->*kind) || (tags && tag.empty())) continue;
    auto name = std::ranges::find_if(names, [&](const auto& one) { return block->repositories.matches(one); });
    if (name == names.end()) continue;
    if (tags && !RE2::PartialMatch(re2::StringPiece(tag.data(), tag.size()), *tags)) continue;
    return {block, *name};
  }
  return {};
}

}  // namespace larder::registry
