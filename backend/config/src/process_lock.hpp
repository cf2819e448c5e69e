// One at a time among the processes that share a directory.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "larder/core/result.hpp"

namespace larder::config {

// Holds flock(2) on a file until it is destroyed; it goes with the process that holds it. Processes alone are told
// apart by it, threads need a mutex of their own.
class ProcessLock {
 public:
  ProcessLock() = default;  // holds nothing
  ~ProcessLock();
  ProcessLock(ProcessLock&& other) noexcept;
  ProcessLock& operator=(ProcessLock&& other) noexcept;

  // Waits `patience` for other processes at most, which get it one after another: Conflict then. Holds nothing where
  // the file can be neither opened nor made, as in a directory that is read-only: nobody keeps anything there. Blocks.
  static core::Result<ProcessLock> take(const std::filesystem::path& file, std::chrono::milliseconds patience);

 private:
  static std::optional<ProcessLock> await(const std::filesystem::path& file, std::chrono::steady_clock::time_point end);
  explicit ProcessLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace larder::config
