// Watches files by what they lead to, so that a ConfigMap's swapped symlink is seen like an edit.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "larder/runtime/runtime.hpp"

namespace larder::config {

// Polls (device, inode, size, mtime, ctime) of each path, symlinks followed, on the blocking pool: inotify does not see
// what a kubelet or a network file system does. Thread-safe.
class FileWatch {
 public:
  // `changed` runs on the io executor given, once per poll that finds a change of any of the files (vanished and
  // reappeared count).
  FileWatch(const runtime::Executor& io, runtime::Executor blocking, std::function<void()> changed,
            std::chrono::milliseconds interval = std::chrono::seconds(1));
  // Stops; waits for a `changed` that runs. Not from within `changed`.
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // Replaces what is watched. A file that is watched already is compared with what it was before, a new one with what
  // it is now: stat() on the calling thread. Callable from within `changed`.
  void watch(std::vector<std::filesystem::path> files);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace larder::config
