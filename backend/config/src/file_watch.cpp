#include "larder/config/file_watch.hpp"

#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <map>
#include <mutex>

#include "larder/runtime/offload.hpp"
#include "larder/runtime/task.hpp"

namespace larder::config {
namespace {

// What tells one state of a file from another; all zero for a file that is not there.
using Mark = std::array<std::int64_t, 7>;

Mark markOf(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {static_cast<std::int64_t>(status.st_dev),
          static_cast<std::int64_t>(status.st_ino),
          static_cast<std::int64_t>(status.st_size),
          status.st_mtim.tv_sec,
          status.st_mtim.tv_nsec,
          status.st_ctim.tv_sec,
          status.st_ctim.tv_nsec};
}

using Marks = std::map<std::filesystem::path, Mark>;

Marks marksOf(Marks marks) {
  for (auto& [path, mark] : marks) mark = markOf(path);
  return marks;
}

}  // namespace

struct FileWatch::State {
  runtime::Executor blocking;
  std::chrono::milliseconds interval;

  // Held while `changed` runs, so that the destructor waits for it.
  std::mutex running;
  std::function<void()> changed;  // empty once stopped

  std::mutex mutex;
  Marks marks;

  bool stopped() {
    std::lock_guard lock(running);
    return changed == nullptr;
  }

  Marks watched() {
    std::lock_guard lock(mutex);
    return marks;
  }

  // Takes over the marks of files that are watched still; whether one of them has changed.
  bool update(const Marks& seen) {
    std::lock_guard lock(mutex);
    bool differs = false;
    for (const auto& [path, mark] : seen) {
      const auto it = marks.find(path);
      if (it == marks.end() || it->second == mark) continue;
      it->second = mark;
      differs = true;
    }
    return differs;
  }

  static runtime::Task<> run(std::shared_ptr<State> state) {
    while (!state->stopped()) {
      co_await runtime::sleepFor(state->interval);
      auto before = state->watched();
      auto seen = co_await runtime::offload(state->blocking, [before = std::move(before)] { return marksOf(before); });
      if (!state->update(seen)) continue;
      std::lock_guard lock(state->running);
      if (state->changed) state->changed();
    }
  }
};

FileWatch::FileWatch(const runtime::Executor& io, runtime::Executor blocking, std::function<void()> changed,
                     std::chrono::milliseconds interval)
    : state_(std::make_shared<State>()) {
  state_->blocking = std::move(blocking);
  state_->changed = std::move(changed);
  state_->interval = interval;
  runtime::spawn(io, "file-watch", State::run(state_));
}

FileWatch::~FileWatch() {
  std::lock_guard lock(state_->running);
  state_->changed = nullptr;
}

void FileWatch::watch(std::vector<std::filesystem::path> files) {
  Marks fresh;
  for (auto& file : files) {
    const auto mark = markOf(file);
    fresh.emplace(std::move(file), mark);
  }
  std::lock_guard lock(state_->mutex);
  for (auto& [path, mark] : fresh) {
    if (const auto it = state_->marks.find(path); it != state_->marks.end()) mark = it->second;
  }
  state_->marks = std::move(fresh);
}

}  // namespace larder::config
