#include "polling/tag_filter.hpp"

#include <re2/re2.h>

#include "larder/core/semver.hpp"

namespace larder::registry {
namespace {

std::shared_ptr<const RE2> compile(const std::string& pattern) {
  return pattern.empty() ? nullptr : std::make_shared<const RE2>(pattern, RE2::Quiet);
}

}  // namespace

TagFilter::TagFilter(const config::ContentRule& content)
    : regex_(compile(content.tagsRegex)), exclude_(compile(content.tagsExcludeRegex)), semver_(content.tagsSemver) {}

const char* TagFilter::refusedBy(std::string_view tag) const {
  re2::StringPiece text(tag.data(), tag.size());
  if (regex_ && !RE2::PartialMatch(text, *regex_)) return "regex";
  if (exclude_ && (!exclude_->ok() || RE2::PartialMatch(text, *exclude_))) return "excludeRegex";
  return semver_ && !core::SemVer::parse(tag) ? "semver" : nullptr;
}

}  // namespace larder::registry
