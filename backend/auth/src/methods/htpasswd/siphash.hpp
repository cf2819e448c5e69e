// SipHash-2-4 with 128 bits of output: a keyed hash that is quick on short input (Aumasson and Bernstein, 2012).
#pragma once

#include <cstdint>
#include <string_view>

namespace larder::auth {

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(const Hash128&, const Hash128&) = default;
};

Hash128 sipHash128(const Hash128& key, std::string_view data);

}  // namespace larder::auth
