#include <spdlog/spdlog.h>

#include <cstdio>

#include "await.hpp"
#include "commands.hpp"
#include "import_layout.hpp"
#include "import_repository.hpp"
#include "larder/core/reference.hpp"
#include "larder/core/units.hpp"
#include "settings.hpp"

namespace larder::daemon {
namespace {

void printError(const std::string& place, const core::Error& error) {
  std::fprintf(stderr, "%s: %s%s%s\n", place.c_str(), error.message.c_str(), error.where.empty() ? "" : " ",
               error.where.c_str());
}

struct Totals {
  ImportCounts counts;
  std::uint64_t complete = 0;
  std::uint64_t broken = 0;

  void add(const ImportCounts& more) {
    counts.manifests += more.manifests;
    counts.tags += more.tags;
    counts.linked += more.linked;
    counts.copied += more.copied;
    counts.present += more.present;
    counts.bytes += more.bytes;
    ++(more.problems.empty() ? complete : broken);
  }
};

void printCounts(const std::string& what, const ImportCounts& counts) {
  std::printf("%s: %llu manifests, %llu tags; blobs: %llu linked, %llu copied, %llu present; %s\n", what.c_str(),
              static_cast<unsigned long long>(counts.manifests), static_cast<unsigned long long>(counts.tags),
              static_cast<unsigned long long>(counts.linked), static_cast<unsigned long long>(counts.copied),
              static_cast<unsigned long long>(counts.present), core::formatBytes(counts.bytes).c_str());
}

ImportCounts importOne(Engine& engine, const std::filesystem::path& source, const std::string& name) {
  if (!core::isRepositoryName(name)) {
    ImportCounts refused;
    refused.problems.emplace_back(core::ErrorCode::NameInvalid, "The directory's name is no repository name.");
    return refused;
  }
  return await(engine.runtime().nextIo(), importRepository(&engine, source / name, name));
}

int importAll(Engine& engine, const std::filesystem::path& source, const std::vector<std::string>& names) {
  Totals totals;
  for (const auto& name : names) {
    auto counts = importOne(engine, source, name);
    for (const auto& error : counts.problems) printError(name, error);
    printCounts(name, counts);
    totals.add(counts);
  }
  printCounts("all", totals.counts);
  std::printf("%llu repositories imported, %llu with problems.\n", static_cast<unsigned long long>(totals.complete),
              static_cast<unsigned long long>(totals.broken));
  await(engine.runtime().nextIo(), engine.registry().shutdown());
  return totals.broken == 0 ? 0 : 1;
}

}  // namespace

int importLayouts(const ImportOptions& options) {
  spdlog::set_level(spdlog::level::warn);
  // The source is looked at first: a wrong path must not leave an empty data directory behind.
  auto names = findLayouts(options.source);
  if (!names) return printError("larderd", names.error()), 1;
  if (names->empty()) {
    printError("larderd",
               {core::ErrorCode::NotFound,
                "There is no repository here. Name the storage.rootDirectory of a Zot:", options.source.string()});
    return 1;
  }
  auto loaded = loadSettings(options.config, options.data.value_or(standardDataDirectory()));
  printProblems(loaded);
  if (!loaded.config) return 1;
  auto engine = Engine::open(loaded.config);
  if (!engine) return printError("larderd", engine.error()), 1;
  return importAll(**engine, options.source, *names);
}

}  // namespace larder::daemon
