// Group commit: callers queue what they want written, and one task on the blocking pool writes all that wait in one
// transaction, with one sync of the journal and one of the database. What fails is rolled back to its savepoint and
// fails alone. On a full disk what makes room is written at the expense of a reserve; everything else fails with
// NoSpace.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "drivers/sqlite/database.hpp"
#include "drivers/sqlite/journal.hpp"
#include "drivers/sqlite/space_reserve.hpp"
#include "larder/runtime/last_failure.hpp"
#include "larder/runtime/signal.hpp"
#include "larder/storage/change_feed.hpp"
#include "larder/storage/meta_store.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::storage::sqlite {

// Owns the one connection that writes. Thread-safe. Kept in a shared_ptr, which a running commit holds too.
class CommitQueue : public std::enable_shared_from_this<CommitQueue> {
 public:
  using Work = std::function<Result<void>(Database&)>;
  // What a piece of work has changed.
  struct Changes {
    JournalChanges journal;
    ContentChanges content;  // for the feed

    Changes() = default;
    // Each may have replaced something.
    explicit Changes(JournalChanges all);
  };
  using JournaledWork = std::function<Result<Changes>(Database&)>;
  struct Options {
    runtime::Executor blocking;
    std::shared_ptr<telemetry::Histogram> latency;  // gets the seconds from each submission to the end of its commit
    std::shared_ptr<ChangeFeed> feed;
    std::chrono::milliseconds patience;  // of a caller
    std::string directory;               // <root>/_larder, where the reserve is
  };

  struct Terms {
    bool mayBeLost = false;  // needs no sync
    bool makesRoom = false;  // or is part of what does, and small: may use the reserve
  };

  CommitQueue(Database writer, Journal journal, Options options);

  // As MetaStore::apply.
  Task<Result<void>> submit(std::vector<MetaChange> changes);
  // Runs `work` on a blocking thread, in a transaction that it neither begins nor ends; failures as of apply(). After a
  // Timeout it may still run, so it owns what it touches. Without a journal it changes nothing that a rebuild needs.
  Task<Result<void>> submit(Work work, Terms terms);
  Task<Result<void>> submit(JournaledWork work, Terms terms);
  // As MetaStore::foreignChanges. Blocks, for as long as a commit takes.
  Result<std::uint64_t> foreignChanges();

 private:
  struct Ticket {
    JournaledWork work;
    Changes changes;  // what it has changed
    Terms terms;
    runtime::SteadyTime submitted = std::chrono::steady_clock::now();
    // Under mutex_:
    bool taken = false;
    std::optional<Result<void>> result;
    runtime::Signal done;
  };
  using Tickets = std::vector<std::shared_ptr<Ticket>>;

  Result<void> join(const std::shared_ptr<Ticket>& ticket);
  Result<void> collect(const std::shared_ptr<Ticket>& ticket);
  void post();  // with posted_ set, and without mutex_
  void commitWaiting();
  void tell(const Tickets& tickets);
  Tickets take();
  std::vector<Result<void>> commit(const Tickets& tickets);
  Result<void> checkThere();
  Result<void> transact(const Tickets& tickets, std::vector<Result<void>>& results);
  void makeRoom(const Tickets& tickets, std::vector<Result<void>>& results);
  void log(const Result<void>& committed);
  Result<void> applyAll(const Tickets& tickets, std::vector<Result<void>>& results);
  Result<void> writeJournal(const Tickets& tickets);
  void shortenJournal();
  void renewJournal();
  Result<void> begin(const Tickets& tickets);

  const Options options_;

  std::mutex mutex_;
  std::deque<std::shared_ptr<Ticket>> waiting_;
  bool posted_ = false;

  std::mutex writerMutex_;  // held on blocking threads only
  Database writer_;
  Journal journal_;
  SpaceReserve reserve_;
  runtime::LastFailure failure_;
  bool renewing_ = false;
  bool syncing_ = true;  // PRAGMA synchronous is FULL
  std::int64_t dataVersion_ = -1;
  std::uint64_t foreignChanges_ = 0;
};

}  // namespace larder::storage::sqlite
