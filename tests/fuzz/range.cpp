#include "range.hpp"

#include <cstdint>

#include "targets.hpp"

namespace larder::fuzz {

void range(std::string_view input) {
  for (std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, UINT64_MAX}) {
    auto asked = api::parseRange(input, size);
    if (const auto* part = std::get_if<api::ByteRange>(&asked)) {
      require(part->first <= part->last && part->last < size, "a range lies within the content");
    }
  }
  if (auto chunk = api::parseChunkRange(input)) require(chunk->first <= chunk->last, "a chunk ends after it begins");
}

}  // namespace larder::fuzz
