#include "housekeeping/lease.hpp"

#include <spdlog/spdlog.h>

namespace larder::registry {

runtime::Task<core::Result<bool>> Lease::acquire() {
  auto until = std::chrono::system_clock::now() + term_;
  auto acquired = co_await shared_->acquireLease(name_, holder_, until);
  if (!acquired && failure_.isNews(acquired.error().message)) {
    spdlog::warn("lease.not_acquired name={} error=\"{}\"", name_, acquired.error().message);
  }
  if (acquired && failure_.ended()) spdlog::info("lease.acquirable_again name={}", name_);
  if (acquired && *acquired) until_ = until;
  co_return acquired;
}

runtime::Task<core::Result<bool>> Lease::keep() {
  if (std::chrono::system_clock::now() + term_ / 2 < until_) co_return true;
  co_return co_await acquire();
}

runtime::Task<> Lease::release() {
  auto released = co_await shared_->releaseLease(name_, holder_);
  if (!released) spdlog::warn("lease.not_released name={} error=\"{}\"", name_, released.error().message);
}

}  // namespace larder::registry
