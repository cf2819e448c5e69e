// Room on the disk for what makes room: a file that is given up, part by part, when the disk is full, so that removals
// and the leases of eviction and garbage collection can still be written.
//
//   <root>/_larder/reserve
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "larder/runtime/last_failure.hpp"

namespace larder::storage::sqlite {

// One caller at a time; all calls block. Two processes on one directory share the file.
class SpaceReserve {
 public:
  // `directory`: <root>/_larder.
  explicit SpaceReserve(std::string directory);

  // Gives up a part. False if nothing is left.
  bool giveUp();
  // Allocates what is missing if there is room for twice that. Looks at the disk at most once a second.
  void restore();
  // Nothing of it was given up, as far as is known.
  bool isWhole() const { return whole_; }

 private:
  std::string path_;
  bool whole_ = false;
  std::chrono::steady_clock::time_point lookAt_{};
  runtime::LastFailure failure_;
};

}  // namespace larder::storage::sqlite
