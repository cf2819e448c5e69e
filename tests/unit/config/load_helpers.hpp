// Loading configurations in tests, and saying what came of it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "larder/config/load.hpp"

namespace larder::config {

inline std::string describe(const std::vector<Problem>& problems) {
  std::string text;
  for (const auto& problem : problems) {
    text += (problem.severity == Severity::Error ? "error " : "warning ") + toString(problem) + "\n";
  }
  return text;
}

// The configuration of `text`, which must have no errors.
inline Snapshot loaded(std::string_view text) {
  auto result = loadText(text);
  EXPECT_TRUE(result.config) << text << "\n" << describe(result.problems);
  return result.config ? result.config : std::make_shared<Config>();
}

inline std::vector<Problem> problemsOf(std::string_view text, Severity severity) {
  std::vector<Problem> problems;
  for (auto& problem : loadText(text).problems) {
    if (problem.severity == severity) problems.push_back(std::move(problem));
  }
  return problems;
}

inline std::vector<std::string> pathsOf(const std::vector<Problem>& problems) {
  std::vector<std::string> paths;
  for (const auto& problem : problems) paths.push_back(problem.path);
  return paths;
}

inline std::filesystem::path writeFile(const std::filesystem::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  return path;
}

}  // namespace larder::config
