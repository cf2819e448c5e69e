#include "larder/config/blocks.hpp"

#include <algorithm>

#include "document_edit.hpp"
#include "larder/core/digest.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kIdDigits = 12;

std::string blockTextOf(const Json& block, std::string_view key) {
  const auto* value = memberAnyCase(&block, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::string blockIdOf(const Json& block) {
  return blockId(blockTextOf(block, "repository"), blockTextOf(block, "tags"));
}

Json blocksOf(const Json& document) {
  const auto* blocks = memberAnyCase(memberAnyCase(&document, "larder"), "blocked");
  if (blocks == nullptr) return Json::array();
  // The loader takes a single value for a list of one.
  return blocks->is_array() ? *blocks : Json::array({*blocks});
}

Json withBlocks(const Json& document, Json blocks) {
  auto next = document;
  mergePatch(&configSchema(), next, Json{{"larder", {{"blocked", std::move(blocks)}}}});
  return next;
}

tl::unexpected<Refusal> refuseBlock(core::Error error) {
  Refusal refusal;
  refusal.error = std::move(error);
  return tl::make_unexpected(std::move(refusal));
}

}  // namespace

std::string blockId(std::string_view repository, std::string_view tags) {
  return core::Digest::of(std::string(repository) + '\n' + std::string(tags)).hex().substr(0, kIdDigits);
}

Editor::Change addBlock(Json block) {
  return [block = std::move(block)](const Json& current, const Json&) -> tl::expected<Json, Refusal> {
    auto blocks = blocksOf(current);
    auto there = std::ranges::find(blocks, blockIdOf(block), blockIdOf);
    if (there != blocks.end()) {
      auto by = blockTextOf(*there, "by");
      return refuseBlock(
          {core::ErrorCode::Conflict,
           blockTextOf(block, "repository") + " is already blocked" + (by.empty() ? "." : " by " + by + "."),
           blockIdOf(block)});
    }
    blocks.push_back(block);
    return withBlocks(current, std::move(blocks));
  };
}

Editor::Change removeBlock(std::string id) {
  return [id = std::move(id)](const Json& current, const Json&) -> tl::expected<Json, Refusal> {
    auto blocks = blocksOf(current);
    auto there = std::ranges::find(blocks, id, blockIdOf);
    if (there == blocks.end()) {
      return refuseBlock({core::ErrorCode::NotFound, "There is no block with id " + id.substr(0, 32) + "."});
    }
    blocks.erase(there);
    return withBlocks(current, std::move(blocks));
  };
}

}  // namespace larder::config
