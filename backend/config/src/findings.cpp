#include "findings.hpp"

#include <algorithm>
#include <tuple>

namespace larder::config {

void Findings::error(const Path& path, std::string message, std::string hint) {
  if (errors_++ < kMost) add(Severity::Error, path, std::move(message), std::move(hint));
}

void Findings::warning(const Path& path, std::string message, std::string hint) {
  if (warnings_++ < kMost) add(Severity::Warning, path, std::move(message), std::move(hint));
}

void Findings::add(Severity severity, const Path& path, std::string message, std::string hint) {
  findings_.push_back({path, {severity, path.toString(), std::move(message), std::move(hint)}});
}

std::vector<Problem> Findings::sorted(const Json& document) const {
  struct Placed {
    std::vector<std::size_t> position;
    std::size_t found;  // problems of one place stay in the order in which they were found
    const Problem* problem;
    bool operator<(const Placed& other) const {
      return std::tie(position, found) < std::tie(other.position, other.found);
    }
  };
  std::vector<Placed> placed;
  placed.reserve(findings_.size());
  for (const auto& finding : findings_) {
    placed.push_back({finding.path.position(document), placed.size(), &finding.problem});
  }
  std::sort(placed.begin(), placed.end());

  std::vector<Problem> problems;
  for (const auto severity : {Severity::Error, Severity::Warning}) {
    for (const auto& one : placed) {
      if (one.problem->severity == severity) problems.push_back(*one.problem);
    }
    const auto all = severity == Severity::Error ? errors_ : warnings_;
    if (all > kMost) {
      problems.push_back({severity, "", "There are " + std::to_string(all - kMost) + " more problems.", ""});
    }
  }
  return problems;
}

}  // namespace larder::config
