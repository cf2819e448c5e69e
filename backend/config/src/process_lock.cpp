#include "process_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <utility>

namespace larder::config {
namespace {

constexpr std::chrono::milliseconds kLockPause{5};

}  // namespace

ProcessLock::~ProcessLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ProcessLock::ProcessLock(ProcessLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

ProcessLock& ProcessLock::operator=(ProcessLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

core::Result<ProcessLock> ProcessLock::take(const std::filesystem::path& file, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  // Who waits holds the place behind the one whose turn it is, so that nobody can take one turn after another.
  auto queue = file;
  queue += ".next";
  auto next = await(queue, end);
  auto lock = next ? await(file, end) : std::nullopt;
  if (lock) return std::move(*lock);
  return core::fail(core::ErrorCode::Conflict,
                    "Another daemon has been changing the configuration for " +
                        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(patience).count()) +
                        " s. Try again.",
                    file.string());
}

// Nothing if another process has it until `end`.
std::optional<ProcessLock> ProcessLock::await(const std::filesystem::path& file,
                                              std::chrono::steady_clock::time_point end) {
  ProcessLock lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.descriptor_ < 0) return lock;
  while (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    // flock() alone would wait without an end.
    std::this_thread::sleep_for(kLockPause);
  }
  return lock;
}

}  // namespace larder::config
