// Whose the open uploads are: of a bounded number, no client has all.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "larder/config/config.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/address_limits.hpp"
#include "larder/runtime/clock.hpp"

namespace larder::registry {

// Thread-safe. The store knows which uploads there are; this process, which client began which. Those that it does not
// know (begun before a restart, or by another daemon on the same directory) count as one client's.
class OpenUploads {
 public:
  // `clock` must outlive it.
  explicit OpenUploads(const runtime::Clock& clock) : clock_(clock) {}

  // TooManyRequests if there are as many as there may be, or as `client` may have.
  core::Result<void> add(const std::string& id, runtime::ClientNetwork client, const config::ClientLimits& limits);
  void remove(const std::string& id);
  // What the store has now.
  void match(const std::set<std::string>& ids);

 private:
  struct Upload {
    runtime::AddressShares::Place place;
    runtime::SteadyTime since;
  };

  const runtime::Clock& clock_;
  const std::shared_ptr<runtime::AddressShares> places_ = std::make_shared<runtime::AddressShares>(1, 100);
  std::mutex mutex_;
  std::map<std::string, Upload> uploads_;
};

}  // namespace larder::registry
