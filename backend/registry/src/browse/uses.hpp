// What tags, repositories and registries take in the store. To sum it means to look at all that is known, so that the
// sums are kept until something changes; one that takes long is kept beyond that, for as long as makes it worth it.
//
// Thread-safe. Nothing blocks: summing and sorting are done on the blocking pool, by one for all who wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "larder/runtime/clock.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/runtime/single_flight.hpp"
#include "larder/storage/meta_browse.hpp"

namespace larder::registry {

struct TagUses {
  std::vector<storage::TagUse> tags;     // by name
  std::vector<std::uint32_t> byVersion;  // places in `tags`: core::compareAsVersions()

  // Zeros for a tag that came since.
  storage::TagUse of(std::string_view tag) const;
};

class Uses {
 public:
  Uses(runtime::Runtime& runtime, const runtime::Clock& clock, std::shared_ptr<storage::MetaBrowse> browse)
      : runtime_(runtime), clock_(clock), browse_(std::move(browse)) {}

  // NameUnknown; Timeout if it takes too long to wait for, then it is there for who asks next.
  runtime::Task<core::Result<std::shared_ptr<const TagUses>>> ofTags(std::string repository);
  runtime::Task<core::Result<std::shared_ptr<const storage::StoreUse>>> ofStore();

  // Some content has changed. What a tag alone has depends on every repository.
  void changed();

 private:
  // A sum, with the number of changes before it was begun: whoever joins a flight gets what it had seen.
  template <class T>
  struct Sum {
    std::shared_ptr<const T> value;
    std::uint64_t seen = 0;
    runtime::SteadyTime at{};
    std::chrono::nanoseconds took{};
  };
  template <class T>
  using Flights = runtime::SingleFlight<std::string, Sum<T>>;

  template <class T>
  bool isGood(const Sum<T>& sum) const;
  void boundTags(const std::string& latest);

  runtime::Runtime& runtime_;
  const runtime::Clock& clock_;
  const std::shared_ptr<storage::MetaBrowse> browse_;
  Flights<TagUses> tagFlights_;
  Flights<storage::StoreUse> storeFlights_;
  std::mutex mutex_;
  std::uint64_t changes_ = 1;
  std::map<std::string, Sum<TagUses>> tags_;  // by repository
  Sum<storage::StoreUse> store_;
};

}  // namespace larder::registry
