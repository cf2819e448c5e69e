// SharedState: the seam for what the daemons on one data directory tell each other, and keep over a restart: who of
// them does a work, and how far it has come.
//
// It is part of the store that was opened with it, but says nothing of what is stored, and a rebuild of the metadata
// begins without it. All methods may be called from any io thread. tests/suites/shared_state_suite.hpp is the behaviour
// that each driver must show.
#pragma once

#include <string>
#include <vector>

#include "larder/storage/meta_store.hpp"

namespace larder::storage {

// A small text of whoever names the key, such as "poll/<rule>" or "scrub".
struct Document {
  std::string key, content;
};

class SharedState {
 public:
  virtual ~SharedState() = default;

  // Of several daemons on one data directory, one holds the lease `name`. True if `holder` has it from now until
  // `until`: it was free, had run out by this machine's clock, or was the holder's own, which is renewed.
  virtual Task<Result<bool>> acquireLease(std::string name, std::string holder, WallTime until) = 0;
  // Succeeds, and changes nothing, if `holder` does not have it.
  virtual Task<Result<void>> releaseLease(std::string name, std::string holder) = 0;

  // The content; "" if there is none.
  virtual Task<Result<std::string>> document(std::string key) = 0;
  // All whose keys begin with `prefix`, in the order of their keys.
  virtual Task<Result<std::vector<Document>>> documents(std::string prefix) = 0;
  // Creates or replaces it; "" removes it.
  virtual Task<Result<void>> putDocument(std::string key, std::string content) = 0;
};

}  // namespace larder::storage
