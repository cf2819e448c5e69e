#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "await.hpp"
#include "commands.hpp"
#include "import_plan.hpp"
#include "import_repository.hpp"
#include "larder/core/units.hpp"
#include "settings.hpp"

namespace larder::daemon {
namespace {

void printError(const std::string& place, const core::Error& error) {
  std::fprintf(stderr, "%s: %s%s%s\n", place.c_str(), error.message.c_str(), error.where.empty() ? "" : " ",
               error.where.c_str());
}

// Repositories that are imported at once: they wait for the disk together.
constexpr std::size_t kWorkers = 64;

unsigned long long number(std::uint64_t value) {
  return value;
}

struct Totals {
  ImportCounts counts;
  std::uint64_t complete = 0;
  std::uint64_t broken = 0;

  void add(const ImportCounts& more) {
    counts.manifests += more.manifests;
    counts.tags += more.tags;
    counts.presentManifests += more.presentManifests;
    counts.presentTags += more.presentTags;
    counts.cloned += more.cloned;
    counts.linked += more.linked;
    counts.copied += more.copied;
    counts.present += more.present;
    counts.bytes += more.bytes;
    ++(more.problems.empty() ? complete : broken);
  }
};

void printCounts(const std::string& what, const ImportCounts& counts) {
  std::printf(
      "%s: %llu manifests (%llu present), %llu tags (%llu present); blobs: %llu cloned, %llu linked, %llu copied, %llu "
      "present; %s\n",
      what.c_str(), number(counts.manifests), number(counts.presentManifests), number(counts.tags),
      number(counts.presentTags), number(counts.cloned), number(counts.linked), number(counts.copied),
      number(counts.present), core::formatBytes(counts.bytes).c_str());
  std::fflush(stdout);
}

// How far the copying is, on standard error: over and over on one line of a terminal, now and then in a log.
class Progress {
 public:
  explicit Progress(std::uint64_t total) : total_(total), terminal_(::isatty(STDERR_FILENO) == 1) {}

  void add(std::uint64_t bytes) {
    done_ += bytes;
    auto now = std::chrono::steady_clock::now();
    if (now - printedAt_ < (terminal_ ? std::chrono::seconds(1) : std::chrono::seconds(30))) return;
    printedAt_ = now;
    print(terminal_ ? "\033[K\r" : "\n");
    shown_ = true;
  }
  // Before anything else is printed.
  void end() {
    if (terminal_ && shown_) std::fputs("\n", stderr);
    shown_ = false;
  }

 private:
  void print(const char* end) const {
    auto percent = total_ > 0 ? std::min<std::uint64_t>(100, 100 * done_ / total_) : 100;
    std::fprintf(stderr, "copied %s of %s (%llu %%)%s", core::formatBytes(done_).c_str(),
                 core::formatBytes(total_).c_str(), number(percent), end);
    std::fflush(stderr);
  }

  const std::uint64_t total_;
  const bool terminal_;
  std::uint64_t done_ = 0;
  std::chrono::steady_clock::time_point printedAt_ = std::chrono::steady_clock::now();
  bool shown_ = false;
};

void announce(const ImportPlan& plan) {
  for (const auto& target : plan.targets) {
    if (target.blobs == 0) continue;
    const char* how = target.transfer == Transfer::Clone      ? "Cloning"
                      : target.transfer == Transfer::HardLink ? "Linking"
                                                              : "Copying";
    std::printf("%s %llu blobs (%s) to %s; %s are free there.\n", how, number(target.blobs),
                core::formatBytes(target.bytes).c_str(), target.root.c_str(), core::formatBytes(target.free).c_str());
  }
  std::fflush(stdout);
}

ImportCounts importOne(Engine& engine, const ImportSettings& settings, std::shared_ptr<ImportCopies> copies,
                       PlannedRepository repository) {
  if (!repository.content) {
    ImportCounts refused;
    refused.problems.push_back(std::move(repository.content.error()));
    return refused;
  }
  return await(engine.runtime().nextIo(), importRepository(&engine, &settings, std::move(copies),
                                                           std::move(repository.name), std::move(*repository.content)));
}

int importAll(Engine& engine, const std::filesystem::path& source, ImportPlan plan, Transfer wanted) {
  std::mutex mutex;  // of progress, totals and what is printed
  Progress progress(plan.bytesToCopy());
  auto copied = [&](std::uint64_t bytes) {
    std::lock_guard lock(mutex);
    progress.add(bytes);
  };
  ImportSettings settings{source, wanted, copied};
  auto copies = std::make_shared<ImportCopies>(engine.runtime());
  std::set<std::filesystem::path> copiedTo;
  for (const auto& target : plan.targets) {
    if (target.transfer == Transfer::Copy) copiedTo.insert(target.root);
  }
  Totals totals;
  std::atomic<std::size_t> next{0};
  auto work = [&] {
    for (auto i = next++; i < plan.repositories.size(); i = next++) {
      auto name = plan.repositories[i].name;
      bool isCopied = copiedTo.contains(importRoot(*engine.config(), name));
      auto counts = importOne(engine, settings, isCopied ? copies : nullptr, std::move(plan.repositories[i]));
      std::lock_guard lock(mutex);
      progress.end();
      for (const auto& error : counts.problems) printError(name, error);
      printCounts(name, counts);
      totals.add(counts);
    }
  };
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < kWorkers; ++i) workers.emplace_back(work);
  }
  printCounts("all", totals.counts);
  std::printf("%llu repositories imported, %llu with problems.\n", number(totals.complete), number(totals.broken));
  await(engine.runtime().nextIo(), engine.registry().shutdown());
  return totals.broken == 0 ? 0 : 1;
}

}  // namespace

int importLayouts(const ImportOptions& options) {
  spdlog::set_level(spdlog::level::warn);
  // The source is looked at first: a wrong path must not leave an empty data directory behind.
  auto names = findLayouts(options.source);
  if (!names) return printError("larderd", names.error()), 1;
  if (names->skipped > 0) {
    std::fprintf(stderr,
                 "larderd: %zu directories were skipped, since they are links or cannot be read; the first is %s\n",
                 names->skipped, names->firstSkipped.c_str());
  }
  if (names->names.empty()) {
    printError("larderd",
               {core::ErrorCode::NotFound,
                "No repository found here. Give the storage.rootDirectory of Zot:", options.source.string()});
    return 1;
  }
  auto loaded = loadSettings(options.config, options.data.value_or(standardDataDirectory()));
  printProblems(loaded);
  if (!loaded.config) return 1;
  auto engine = Engine::open(loaded.config);
  if (!engine) return printError("larderd", engine.error()), 1;
  auto wanted = options.hardLink ? Transfer::HardLink : Transfer::Clone;
  auto plan = planImport(**engine, options.source, names->names, wanted);
  if (!plan) return printError("larderd", plan.error()), 1;
  announce(*plan);
  return importAll(**engine, options.source, std::move(*plan), wanted);
}

}  // namespace larder::daemon
