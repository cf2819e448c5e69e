#include "larder/core/glob.hpp"
#include "larder/core/regex.hpp"
#include "larder/core/semver.hpp"
#include "targets.hpp"

namespace larder::fuzz {

void pattern(std::string_view input) {
  auto end = input.find('\n');
  auto pattern = input.substr(0, end);
  auto name = end == std::string_view::npos ? std::string_view{} : input.substr(end + 1);
  if (auto glob = core::Glob::parse(pattern)) {
    bool matches = glob->matches(name);
    require(!matches || glob->hasMeta() || name == glob->literalPrefix(),
            "a pattern without meta characters is a name");
  }
  (void)core::toRe2(pattern);
  auto left = core::SemVer::parse(pattern), right = core::SemVer::parse(name);
  if (left && right) {
    require((left->compare(*right) < 0) == (right->compare(*left) > 0), "versions are ordered from both sides");
  }
}

}  // namespace larder::fuzz
