// The pull history, kept in the shared state: a document for each few seconds in which something ended.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "larder/registry/pull_history.hpp"
#include "larder/runtime/clock.hpp"
#include "larder/runtime/task.hpp"
#include "larder/storage/shared_state.hpp"

namespace larder::registry {

class PullLog final : public PullHistory {
 public:
  PullLog(const runtime::Clock& clock, std::shared_ptr<storage::SharedState> shared)
      : clock_(clock), shared_(std::move(shared)) {}

  void record(EndedTransfer transfer) override;
  std::vector<EndedTransfer> ended() const override;

  // Takes in what is kept, of this daemon's last run and of others; what it has already is not read twice.
  runtime::Task<> load();
  // Keeps what has ended since the last time, and drops what is no longer remembered. For one coroutine, as load().
  runtime::Task<> flush();

 private:
  struct Entry {
    EndedTransfer transfer;
    std::size_t sameness = 0;  // of failures: equal for one that came again
    std::string document;      // that it is kept in, "" if it is not kept yet
  };
  using Entries = std::list<Entry>;

  std::string pullOf(const EndedTransfer& transfer) const;
  void insert(Entry entry);
  void trim();
  Entries::iterator erase(Entries::iterator entry);
  void leave(const std::string& document);

  const runtime::Clock& clock_;
  const std::shared_ptr<storage::SharedState> shared_;
  mutable std::mutex mutex_;
  Entries entries_;                               // the first to end first
  std::map<std::string, std::size_t> documents_;  // how many entries each holds that are still remembered
  std::vector<std::string> emptied_;              // documents to be removed
  bool failing_ = false;                          // the last flush did
};

// A document's text, and back; nothing of what another version wrote that this one cannot read.
std::string toJson(const std::vector<EndedTransfer>& transfers);
std::vector<EndedTransfer> parseTransfers(std::string_view json);

}  // namespace larder::registry
