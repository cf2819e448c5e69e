// Watches files by what they lead to, so that a ConfigMap's swapped symlink is seen like an edit.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "larder/runtime/runtime.hpp"

namespace larder::config {

// Polls (device, inode, size, mtime, ctime) of each path, symlinks followed, every second on the blocking pool: inotify
// does not see what a kubelet or a network file system does. Thread-safe.
class FileWatch {
 public:
  // `changed` runs on the io executor given, once per change of any of the files (vanished and reappeared count).
  FileWatch(runtime::Executor io, runtime::Executor blocking, std::function<void()> changed);
  ~FileWatch();  // stops
  // Replaces what is watched.
  void watch(std::vector<std::filesystem::path> files);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace larder::config
