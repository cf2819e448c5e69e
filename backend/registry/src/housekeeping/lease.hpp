// Work that one daemon at a time does on a data directory.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "larder/runtime/last_failure.hpp"
#include "larder/storage/shared_state.hpp"

namespace larder::registry {

// Of one coroutine at a time. A failure of the store is logged once for as long as it lasts.
class Lease {
 public:
  // `holder`: a name that no other daemon has. `term`: how long the work rests after the daemon that did it was killed.
  Lease(std::shared_ptr<storage::SharedState> shared, std::string name, std::string holder,
        std::chrono::seconds term = std::chrono::seconds(60))
      : shared_(std::move(shared)), name_(std::move(name)), holder_(std::move(holder)), term_(term) {}

  // False if another daemon has it; the store's error, if it cannot tell.
  runtime::Task<core::Result<bool>> acquire();
  // Renews it where half of its time has passed; false if another daemon has it by now.
  runtime::Task<core::Result<bool>> keep();
  runtime::Task<> release();

 private:
  std::shared_ptr<storage::SharedState> shared_;
  std::string name_, holder_;
  std::chrono::seconds term_;
  storage::WallTime until_{};
  runtime::LastFailure failure_;
};

}  // namespace larder::registry
