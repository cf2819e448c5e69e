// Collects problems by place, and gives them out in the file's order.
#pragma once

#include <string>
#include <vector>

#include "larder/config/load.hpp"
#include "path.hpp"

namespace larder::config {

class Findings {
 public:
  void error(const Path& path, std::string message, std::string hint = {});
  void warning(const Path& path, std::string message, std::string hint = {});
  bool hasErrors() const { return errors_ > 0; }

  // Errors first, then warnings, each in the order of `document`. At most kMost of each are kept, with a last one that
  // says so.
  std::vector<Problem> sorted(const Json& document) const;

 private:
  struct Finding {
    Path path;
    Problem problem;
  };
  static constexpr std::size_t kMost = 200;

  void add(Severity severity, const Path& path, std::string message, std::string hint);

  std::vector<Finding> findings_;
  std::size_t errors_ = 0, warnings_ = 0;
};

}  // namespace larder::config
