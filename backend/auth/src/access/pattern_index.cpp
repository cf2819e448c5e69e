#include "pattern_index.hpp"

#include <algorithm>
#include <string>

namespace larder::auth {
namespace {

std::string_view firstSegment(std::string_view name) {
  return name.substr(0, name.find('/'));
}

}  // namespace

PatternIndex::PatternIndex(const std::vector<core::Glob>& patterns) {
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const core::Glob& glob = patterns[i];
    std::string_view literal = glob.literalPrefix();
    bool fixedSegment = !glob.hasMeta() || literal.find('/') != std::string_view::npos;
    Patterns& list = fixedSegment ? byFirstSegment_[std::string(firstSegment(literal))] : others_;
    list.push_back(compile(glob, i));
  }
  auto longestFirst = [](const Pattern& a, const Pattern& b) { return a.goesBefore(b); };
  std::sort(others_.begin(), others_.end(), longestFirst);
  for (auto& [segment, list] : byFirstSegment_) std::sort(list.begin(), list.end(), longestFirst);
}

PatternIndex::Pattern PatternIndex::compile(const core::Glob& glob, std::size_t index) {
  std::string_view literal = glob.literalPrefix();
  std::string_view rest = std::string_view(glob.pattern()).substr(literal.size());
  bool takesSubtree = rest == "**" && (literal.empty() || literal.ends_with('/'));
  return Pattern{glob, index, literal.ends_with('/') ? literal.size() - 1 : literal.size(), takesSubtree};
}

bool PatternIndex::Pattern::matches(std::string_view repository) const {
  auto prefix = std::string_view(glob.pattern()).substr(0, prefixLength);
  if (!repository.starts_with(prefix)) return false;
  if (takesSubtree) return prefix.empty() || repository.size() == prefix.size() || repository[prefix.size()] == '/';
  return glob.matches(repository);
}

bool PatternIndex::Pattern::goesBefore(const Pattern& other) const {
  std::size_t length = glob.pattern().size();
  std::size_t otherLength = other.glob.pattern().size();
  return length != otherLength ? length > otherLength : index < other.index;
}

const PatternIndex::Pattern* PatternIndex::firstMatch(const Patterns& patterns, std::string_view repository) {
  for (const Pattern& pattern : patterns) {
    if (pattern.matches(repository)) return &pattern;
  }
  return nullptr;
}

std::optional<std::size_t> PatternIndex::longestMatch(std::string_view repository) const {
  const Pattern* best = firstMatch(others_, repository);
  auto found = byFirstSegment_.find(firstSegment(repository));
  if (found != byFirstSegment_.end()) {
    const Pattern* own = firstMatch(found->second, repository);
    if (own != nullptr && (best == nullptr || own->goesBefore(*best))) best = own;
  }
  if (best == nullptr) return std::nullopt;
  return best->index;
}

std::vector<std::size_t> PatternIndex::allMatches(std::string_view repository) const {
  std::vector<const Pattern*> found;
  auto collect = [&](const Patterns& patterns) {
    for (const Pattern& pattern : patterns) {
      if (repository.empty() || pattern.matches(repository)) found.push_back(&pattern);
    }
  };
  collect(others_);
  for (const auto& [segment, patterns] : byFirstSegment_) collect(patterns);
  std::sort(found.begin(), found.end(), [](const Pattern* a, const Pattern* b) { return a->goesBefore(*b); });
  std::vector<std::size_t> indices;
  for (const Pattern* pattern : found) indices.push_back(pattern->index);
  return indices;
}

}  // namespace larder::auth
