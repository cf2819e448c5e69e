#include "partial_id.hpp"

#include <algorithm>
#include <string>

namespace larder::storage {

bool isPartialId(std::string_view id) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !id.empty() && id.size() <= 128 && id != "." && id != ".." && std::ranges::all_of(id, allowed);
}

core::Result<void> checkPartialId(std::string_view id) {
  if (isPartialId(id)) return {};
  return core::fail(core::ErrorCode::InvalidArgument,
                    "A partial content ID must have 1 to 128 letters, digits, dots, underscores or hyphens.",
                    std::string(id.substr(0, 128)));
}

}  // namespace larder::storage
