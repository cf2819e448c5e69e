#include "larder/core/reference.hpp"

#include "targets.hpp"

namespace larder::fuzz {

void reference(std::string_view input) {
  if (auto digest = core::Digest::parse(input)) {
    require(digest->toString() == input, "a digest is written as it was read");
    require(core::Digest::fromRaw(digest->algorithm(), digest->raw()) == *digest, "its bytes make it again");
  }
  if (auto parsed = core::Reference::parse(input)) {
    require(parsed->toString() == input, "a reference is written as it was read");
    require(parsed->isDigest() || core::isTag(input), "what is no digest is a tag");
  }
  if (core::isRepositoryName(input)) {
    require(input.size() <= core::kMaxRepositoryName, "names are bounded");
    require(input.find("..") == std::string_view::npos && input.front() != '/', "a name leads nowhere else");
  }
}

}  // namespace larder::fuzz
