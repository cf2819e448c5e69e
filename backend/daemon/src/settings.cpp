#include "settings.hpp"

#include <cstdio>
#include <cstdlib>

namespace larder::daemon {

std::filesystem::path standardDataDirectory() {
  // The specification wants relative paths ignored (XDG Base Directory 0.8).
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data && *data == '/') return std::filesystem::path(data) / "larder";
  const char* home = std::getenv("HOME");
  if (home && *home == '/') return std::filesystem::path(home) / ".local/share/larder";
  return std::filesystem::current_path() / "larder-data";
}

config::Loaded loadSettings(const std::optional<std::filesystem::path>& file, const std::filesystem::path& data) {
  return file ? config::loadFile(*file) : config::loadText(config::defaultConfigText(data));
}

void printProblems(const config::Loaded& loaded) {
  for (const auto& problem : loaded.problems) {
    const char* kind = problem.severity == config::Severity::Error ? "error" : "warning";
    std::fprintf(stderr, "%s: %s\n", kind, config::toString(problem).c_str());
  }
}

}  // namespace larder::daemon
