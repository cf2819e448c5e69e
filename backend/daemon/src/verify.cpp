#include <cstdio>

#include "commands.hpp"
#include "named_files.hpp"
#include "settings.hpp"

namespace larder::daemon {

int verify(const std::filesystem::path& file) {
  auto loaded = config::loadFile(file);
  for (const auto& problem : loaded.problems) {
    const char* kind = problem.severity == config::Severity::Error ? "" : "warning: ";
    std::printf("%s%s\n", kind, config::toString(problem).c_str());
  }
  if (!loaded.config) return 1;
  if (auto read = checkNamedFiles(*loaded.config); !read) {
    std::printf("%s: %s\n", read.error().where.c_str(), read.error().message.c_str());
    return 1;
  }
  std::printf("%s is valid.\n", file.c_str());
  return 0;
}

int printSchema() {
  auto text = config::schemaText();
  std::printf("%.*s%s", static_cast<int>(text.size()), text.data(), text.ends_with('\n') ? "" : "\n");
  return 0;
}

}  // namespace larder::daemon
