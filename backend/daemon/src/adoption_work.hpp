// What an Adoption knows of one directory and of one repository.
#pragma once

#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "adoption.hpp"
#include "import_repository.hpp"

namespace larder::daemon {

inline runtime::SteadyTime deadlineIn(std::chrono::nanoseconds duration) {
  return std::chrono::steady_clock::now() + duration;
}

struct Adoption::Root {
  explicit Root(std::filesystem::path path) : settings{std::move(path)} {}

  // Whether the file system can clone, tried with `sample`. Blocks.
  bool clones(const LayoutPlace& sample);

  const ImportSettings settings;

 private:
  std::once_flag tried_;
  bool clones_ = false;
};

struct Adoption::Repository {
  Repository(Root& its, std::string itsName, bool before) : root(its), name(std::move(itsName)), begunBefore(before) {}

  Root& root;
  const std::string name;
  const bool begunBefore;  // in an earlier start
  LayoutPlace place() const { return {root.settings.source, name}; }
  // Under the adoption's lock.
  bool asked = false;          // by a client
  bool begun = false;          // by the background work
  std::shared_ptr<Work> work;  // once the manifests are here
};

enum class Outcome : std::uint8_t { Done, Waiting, Failed };

struct Adoption::Work {
  Work(Engine& engine, Root& its, const std::string& itsName, LayoutMark itsMark)
      : root(its), name(itsName), mark(std::move(itsMark)), import(engine, its.settings, itsName) {}

  // Any thread. The first few are logged.
  void tell(const core::Error& problem);
  Outcome outcome() const { return waits ? Outcome::Waiting : problems_ > 0 ? Outcome::Failed : Outcome::Done; }
  // At the next start.
  bool mayGoBetter() const { return mayGoBetter_; }

  Root& root;
  const std::string name;
  const LayoutMark mark;
  AdoptedContent adopted;       // once the manifests are here, under the adoption's lock
  std::size_t keptEntries = 0;  // of it, for the next start
  RepositoryImport import;
  bool copies = false;                        // blobs, as they cannot be cloned
  std::vector<TakenBlob> blobs;               // that were still to come when the manifests were here
  std::unordered_set<core::Digest> unstored;  // of these, verified and readable; under the adoption's lock
  std::atomic<bool> waits{false};

 private:
  std::atomic<std::size_t> problems_{0};
  std::atomic<bool> mayGoBetter_{false};
};

}  // namespace larder::daemon
