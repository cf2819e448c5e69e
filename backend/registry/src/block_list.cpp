#include "larder/registry/block_list.hpp"

#include <re2/re2.h>

#include <string>
#include <utility>

namespace larder::registry {
namespace {

std::optional<core::Error> errorOf(const config::Block* found, std::string_view repository) {
  if (found == nullptr) return std::nullopt;
  const auto& block = *found;
  auto message = (block.by.empty() ? "An admin" : block.by) + " blocked " + std::string(repository);
  if (!block.tagsPattern.empty()) message += " for tags that match " + block.tagsPattern;
  message += block.reason.empty() ? std::string(".") : ": " + block.reason;
  auto where = "larder.blocked[\"" + block.key + "\"]" + (block.at.empty() ? "" : " since " + block.at);
  return core::Error{core::ErrorCode::Denied, std::move(message), std::move(where)};
}

}  // namespace

BlockList::BlockList(config::Snapshot config) : config_(std::move(config)) {
  for (const auto& block : config_->larder.blocked) {
    std::shared_ptr<const RE2> tags;
    if (!block.tagsRegex.empty()) tags = std::make_shared<const RE2>(block.tagsRegex, RE2::Quiet);
    entries_.push_back({&block, std::move(tags)});
  }
}

std::optional<core::Error> BlockList::refusePull(std::string_view repository, std::string_view tag) const {
  return errorOf(blockOfPull(repository, tag), repository);
}

std::optional<core::Error> BlockList::refuseFetch(std::string_view repository, std::string_view tag) const {
  return errorOf(find(&config::Block::mirror, repository, tag), repository);
}

const config::Block* BlockList::blockOfPull(std::string_view repository, std::string_view tag) const {
  return find(&config::Block::pull, repository, tag);
}

const config::Block* BlockList::find(bool config::Block::* kind, std::string_view repository,
                                     std::string_view tag) const {
  for (const auto& [block, tags] : entries_) {
    if (!(block->*kind) || (tags && tag.empty()) || !block->repositories.matches(repository)) continue;
    if (tags && !RE2::PartialMatch(re2::StringPiece(tag.data(), tag.size()), *tags)) continue;
    return block;
  }
  return nullptr;
}

}  // namespace larder::registry
