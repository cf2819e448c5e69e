#include <algorithm>

#include "larder/config/load.hpp"
#include "targets.hpp"

namespace larder::fuzz {

void config(std::string_view input) {
  auto loaded = larder::config::loadText(input);
  bool failed = std::ranges::any_of(
      loaded.problems, [](const auto& problem) { return problem.severity == larder::config::Severity::Error; });
  require(failed == (loaded.config == nullptr),
          "without a configuration there is an error, and with one there is none");
  for (const auto& problem : loaded.problems) {
    require(larder::config::toString(problem).find('\n') == std::string::npos, "a problem is one line");
  }
}

}  // namespace larder::fuzz
