// MetaMaintenance: the seam for what keeps a store in order: which daemon does it, what nothing needs any more.
//
// It works on the same data as the MetaStore that was opened with it. All methods may be called from any io thread.
// tests/suites/meta_maintenance_suite.hpp is the behaviour that each driver must show.
#pragma once

#include <string>

#include "larder/storage/meta_store.hpp"

namespace larder::storage {

class MetaMaintenance {
 public:
  virtual ~MetaMaintenance() = default;

  // Of several daemons on one data directory, one holds the lease `name`. True if `holder` has it from now until
  // `until`: it was free, had run out by this machine's clock, or was the holder's own, which is renewed.
  virtual Task<Result<bool>> acquireLease(std::string name, std::string holder, WallTime until) = 0;
  // Succeeds, and changes nothing, if `holder` does not have it.
  virtual Task<Result<void>> releaseLease(std::string name, std::string holder) = 0;

  // A small text of whoever names the key, such as "poll/<rule>": state that outlives the process and needs no table.
  // "" if there is none.
  virtual Task<Result<std::string>> document(std::string key) = 0;
  // Creates or replaces it; "" removes it.
  virtual Task<Result<void>> putDocument(std::string key, std::string content) = 0;
};

}  // namespace larder::storage
