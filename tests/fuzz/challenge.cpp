#include "sources/oci/challenge.hpp"

#include <string>
#include <vector>

#include "sources/oci/content_range.hpp"
#include "targets.hpp"

namespace larder::fuzz {

void challenge(std::string_view input) {
  std::vector<std::string> fields;
  for (std::size_t at = 0; at <= input.size();) {
    auto end = std::min(input.find('\n', at), input.size());
    fields.emplace_back(input.substr(at, end - at));
    at = end + 1;
  }
  auto challenges = upstream::parseChallenges(fields);
  require(challenges.size() <= 16, "challenges are bounded");
  for (const auto& one : challenges) {
    require(!one.scheme.empty(), "each has a scheme");
    require(one.parameters.size() <= 16, "their parameters are bounded");
  }
  for (const auto& field : fields) {
    if (auto part = upstream::parseContentRange(field)) {
      require(part->first <= part->last && (!part->size || part->last < *part->size),
              "a range lies within its content");
    }
  }
}

}  // namespace larder::fuzz
