// Partial content on disk: one file an id, written by one process at a time. Its calls block.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "drivers/filesystem/directories.hpp"
#include "larder/storage/blob_store.hpp"

namespace larder::storage::filesystem {

// An open partial file with its lock, which goes with unlockPartial() or with the last descriptor.
struct OpenPartial {
  UniqueFd descriptor;
  std::uint64_t size = 0;
};

// Thread-safe. Ids are valid.
class PartialFiles {
 public:
  explicit PartialFiles(std::shared_ptr<const Directories> directories) : directories_(std::move(directories)) {}

  // Makes the file if it is not there. Conflict if it is locked, by this process or another.
  Result<OpenPartial> open(const std::string& id) const;
  Result<std::vector<PartialInfo>> list() const;
  // Succeeds if there is none. Conflict if it is locked.
  Result<void> remove(const std::string& id) const;
  // The sum of all sizes. Where there are so many files that adding them up takes its time, the sum is kept for a
  // while: who asks every second spends a hundredth of it here at most.
  Result<std::uint64_t> bytes();

 private:
  // Nothing if there is no file and `flags` do not make one.
  Result<std::optional<OpenPartial>> openLocked(const std::string& id, int flags) const;

  std::shared_ptr<const Directories> directories_;
  std::mutex sumMutex_;
  std::uint64_t sum_ = 0;
  std::chrono::steady_clock::time_point sumGoodUntil_{};
};

// Lets others open the file, although readers may keep the descriptor.
void unlockPartial(int descriptor);

}  // namespace larder::storage::filesystem
