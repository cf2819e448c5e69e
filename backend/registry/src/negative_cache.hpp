// Remembers for a short while that an upstream does not have something, or does not give it.
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "larder/core/error.hpp"
#include "larder/runtime/task.hpp"

namespace larder::registry {

// Thread-safe; at most 10,000 entries, the oldest go first. Keys are a rule's name at its upstream (RouteTarget::key())
// and a reference or digest, "" for the name as a whole.
class NegativeCache {
 public:
  std::optional<core::Error> find(const std::string& source, const std::string& reference, runtime::SteadyTime now);
  void put(const std::string& source, const std::string& reference, core::Error error, runtime::SteadyTime expires);
  // It is there by now.
  void forget(const std::string& source, const std::string& reference);
  void clear();

 private:
  struct Entry {
    std::string key;
    core::Error error;
    runtime::SteadyTime expires;
  };
  void remove(std::list<Entry>::iterator entry);

  std::mutex mutex_;
  std::list<Entry> entries_;                                                // oldest first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;  // views into the entries
};

}  // namespace larder::registry
