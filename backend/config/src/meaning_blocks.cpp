#include <map>

#include "larder/config/blocks.hpp"
#include "meaning.hpp"

namespace larder::config {
namespace {

std::string textAt(const Json& block, std::string_view key) {
  const auto* value = member(&block, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool isFalse(const Json& block, std::string_view key) {
  const auto* value = member(&block, key);
  return value != nullptr && *value == false;
}

}  // namespace

void checkBlocks(const Json& document, Findings& findings) {
  const auto* blocks = member(member(&document, "larder"), "blocked");
  if (blocks == nullptr || !blocks->is_array()) return;
  const auto path = Path{} / "larder" / "blocked";
  if (blocks->size() > kMostBlocks) {
    findings.error(path, "There are more than " + std::to_string(kMostBlocks) + " blocks.",
                   "Combine some with a glob, for example docker.io/**");
    return;
  }
  std::map<std::string, std::size_t> places;  // by id
  for (std::size_t i = 0; i < blocks->size(); ++i) {
    const auto& block = (*blocks)[i];
    if (!block.is_object()) continue;
    for (const char* key : {"reason", "by", "at"}) {
      if (textAt(block, key).size() <= kMostReasonBytes) continue;
      findings.error(path[i] / key, "This must be at most " + std::to_string(kMostReasonBytes) + " bytes.");
    }
    const auto [first, isNew] = places.emplace(blockId(textAt(block, "repository"), textAt(block, "tags")), i);
    if (!isNew) {
      findings.error(path[i], "This blocks the same as " + path[first->second].toString() + ".", "Remove one of them");
    }
    if (isFalse(block, "pull") && isFalse(block, "mirror")) {
      findings.warning(path[i], "This block has no effect.", "Set pull or mirror to true, or remove it");
    }
  }
}

}  // namespace larder::config
