#include "drivers/sqlite/commit_queue.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <iterator>
#include <utility>

#include "drivers/sqlite/change_writer.hpp"

namespace larder::storage::sqlite {

using core::ErrorCode;
using core::fail;

namespace {

constexpr std::size_t kMaxWaiting = 4096;
// Keeps a transaction, and with it the wait of its callers and the log before a checkpoint, short.
constexpr std::size_t kMaxBatches = 256;

bool isNote(const MetaChange& change) {
  return std::holds_alternative<change::NotePull>(change) || std::holds_alternative<change::NoteChecked>(change);
}

bool makesRoom(const MetaChange& change) {
  return std::holds_alternative<change::RemoveRepository>(change) ||
         std::holds_alternative<change::RemoveManifest>(change) || std::holds_alternative<change::RemoveTag>(change) ||
         std::holds_alternative<change::UnlinkBlob>(change) || std::holds_alternative<change::RemoveUpload>(change);
}

Result<CommitQueue::Changes> applyChanges(Database& database, const std::vector<MetaChange>& changes) {
  ChangeWriter writer(database);
  CommitQueue::Changes made;
  for (const auto& change : changes) {
    if (auto applied = writer.apply(change); !applied) return fail(std::move(applied.error()));
    if (auto content = contentChange(change, writer.replaced())) made.content.push_back(std::move(*content));
  }
  made.journal.assign(changes.begin(), changes.end());
  return made;
}

}  // namespace

CommitQueue::Changes::Changes(JournalChanges all) : journal(std::move(all)) {
  for (const auto& change : journal) {
    const auto* one = std::get_if<MetaChange>(&change);
    if (one == nullptr) continue;
    if (auto made = contentChange(*one, true)) content.push_back(std::move(*made));
  }
}

CommitQueue::CommitQueue(Database writer, Journal journal, Options options)
    : options_(std::move(options)),
      writer_(std::move(writer)),
      journal_(std::move(journal)),
      reserve_(options_.directory) {
  reserve_.restore();
}

Task<Result<void>> CommitQueue::submit(std::vector<MetaChange> changes) {
  if (changes.empty()) co_return Result<void>{};
  Terms terms{std::ranges::all_of(changes, isNote), std::ranges::all_of(changes, sqlite::makesRoom)};
  JournaledWork work = [changes = std::move(changes)](Database& database) { return applyChanges(database, changes); };
  co_return co_await submit(std::move(work), terms);
}

Task<Result<void>> CommitQueue::submit(Work work, Terms terms) {
  JournaledWork unrecorded = [work = std::move(work)](Database& database) -> Result<Changes> {
    if (auto done = work(database); !done) return fail(std::move(done.error()));
    return Changes{};
  };
  co_return co_await submit(std::move(unrecorded), terms);
}

Task<Result<void>> CommitQueue::submit(JournaledWork work, Terms terms) {
  auto self = shared_from_this();
  auto ticket = std::make_shared<Ticket>();
  ticket->terms = terms;
  ticket->work = std::move(work);
  auto seen = ticket->done.version();
  if (auto joined = join(ticket); !joined) co_return joined;
  co_await ticket->done.wait(seen, std::chrono::steady_clock::now() + options_.patience);
  co_return collect(ticket);
}

Result<void> CommitQueue::join(const std::shared_ptr<Ticket>& ticket) {
  bool posted = false;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMaxWaiting) {
      core::Error error(ErrorCode::TooManyRequests, "Too many metadata changes are queued. Try again.");
      error.retryAfter = std::chrono::seconds(1);
      return fail(std::move(error));
    }
    waiting_.push_back(ticket);
    posted = std::exchange(posted_, true);
  }
  if (!posted) post();
  return {};
}

Result<void> CommitQueue::collect(const std::shared_ptr<Ticket>& ticket) {
  std::lock_guard lock(mutex_);
  if (ticket->result) return *ticket->result;
  if (ticket->taken) {
    return fail(ErrorCode::Timeout, "The database was too slow. It is unknown whether the change was made.");
  }
  std::erase(waiting_, ticket);
  return fail(ErrorCode::Timeout, "The database was too slow. Nothing was changed.");
}

// One transaction for each turn on the pool, so that others get theirs.
void CommitQueue::post() {
  boost::asio::post(options_.blocking, [self = shared_from_this()] { self->commitWaiting(); });
}

void CommitQueue::commitWaiting() {
  auto tickets = take();
  auto results = commit(tickets);
  // Before anybody hears of the result: whoever reads after that finds no memory of what was before.
  tell(tickets);
  bool more = false;
  {
    std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < tickets.size(); ++i) tickets[i]->result = std::move(results[i]);
    more = posted_ = !waiting_.empty();
  }
  if (more) post();
  auto now = std::chrono::steady_clock::now();
  for (auto& ticket : tickets) {
    options_.latency->observe(std::chrono::duration<double>(now - ticket->submitted).count());
    ticket->done.notify();
  }
}

// Also what was rolled back, as far as the database says: it costs no more than a look.
void CommitQueue::tell(const Tickets& tickets) {
  ContentChanges all;
  for (const auto& ticket : tickets) {
    const auto& content = ticket->changes.content;
    all.insert(all.end(), content.begin(), content.end());
  }
  options_.feed->tell(all);
}

CommitQueue::Tickets CommitQueue::take() {
  std::lock_guard lock(mutex_);
  Tickets tickets;
  while (!waiting_.empty() && tickets.size() < kMaxBatches) {
    waiting_.front()->taken = true;
    tickets.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return tickets;
}

std::vector<Result<void>> CommitQueue::commit(const Tickets& tickets) {
  std::lock_guard lock(writerMutex_);
  std::vector<Result<void>> results;
  auto whole = transact(tickets, results);
  log(whole);
  if (whole) {
    reserve_.restore();
    return results;
  }
  results.assign(tickets.size(), whole);
  if (whole.error().code == ErrorCode::NoSpace) makeRoom(tickets, results);
  return results;
}

// The results are of no meaning if the whole fails.
Result<void> CommitQueue::transact(const Tickets& tickets, std::vector<Result<void>>& results) {
  Result<void> whole;
  try {
    whole = checkThere();
    if (whole) whole = applyAll(tickets, results);
    if (whole) whole = writeJournal(tickets);
    if (whole) whole = writer_.execute("COMMIT");
  } catch (const std::exception& e) {
    whole = fail(ErrorCode::Internal, e.what());
  }
  if (whole) {
    shortenJournal();
  } else {
    writer_.rollBack();
    journal_.rolledBack();
  }
  return whole;
}

// Without the others there may be room enough as it is.
void CommitQueue::makeRoom(const Tickets& tickets, std::vector<Result<void>>& results) {
  Tickets some;
  std::ranges::copy_if(tickets, std::back_inserter(some), [](const auto& ticket) { return ticket->terms.makesRoom; });
  if (some.empty()) return;
  bool mayTry = some.size() < tickets.size();
  while (mayTry || reserve_.giveUp()) {
    mayTry = false;
    std::vector<Result<void>> done;
    auto whole = transact(some, done);
    if (!whole && whole.error().code == ErrorCode::NoSpace) continue;
    if (!whole) done.assign(some.size(), whole);
    for (std::size_t i = 0, next = 0; i < tickets.size(); ++i) {
      if (tickets[i]->terms.makesRoom) results[i] = std::move(done[next++]);
    }
    return;
  }
}

void CommitQueue::log(const Result<void>& committed) {
  if (committed) {
    if (failure_.ended()) spdlog::info("storage.commits_again");
  } else if (committed.error().code != ErrorCode::Timeout && failure_.isNews(committed.error().message)) {
    spdlog::error("storage.commit_failed error=\"{}\"", committed.error().message);
  }
}

// Each has its own result; a failure of the call is one of the whole transaction.
Result<void> CommitQueue::applyAll(const Tickets& tickets, std::vector<Result<void>>& results) {
  if (auto begun = begin(tickets); !begun) return begun;
  for (const auto& ticket : tickets) {
    if (auto saved = writer_.change("SAVEPOINT batch"); !saved) return fail(std::move(saved.error()));
    auto work = ticket->work(writer_);
    auto result = work ? Result<void>{} : Result<void>(fail(work.error()));
    // Nothing is left of a try that was rolled back.
    ticket->changes = work ? std::move(*work) : Changes{};
    // A full disk, for one, ends the whole transaction and not this part alone.
    if (!writer_.inTransaction()) return result;
    if (!result) {
      if (auto undone = writer_.change("ROLLBACK TO batch"); !undone) return fail(std::move(undone.error()));
    }
    if (auto released = writer_.change("RELEASE batch"); !released) return fail(std::move(released.error()));
    results.push_back(std::move(result));
  }
  return {};
}

Result<void> CommitQueue::begin(const Tickets& tickets) {
  // FULL syncs the log at each commit, NORMAL at checkpoints only; neither can be changed within a transaction.
  bool sync = !std::ranges::all_of(tickets, [](const auto& ticket) { return ticket->terms.mayBeLost; });
  if (sync != syncing_) {
    auto set = writer_.execute(sync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    if (!set) return set;
    syncing_ = sync;
  }
  return writer_.execute("BEGIN IMMEDIATE");
}

Result<void> CommitQueue::writeJournal(const Tickets& tickets) {
  JournalLine line(std::chrono::system_clock::now());
  for (const auto& ticket : tickets) {
    for (const auto& change : ticket->changes.journal) line.add(change);
  }
  return journal_.append(writer_, std::move(line));
}

// writerMutex_ is held, and a transaction was committed.
void CommitQueue::shortenJournal() {
  if (auto done = journal_.committed(); !done) {
    spdlog::error("storage.journal_not_renamed error=\"{}\"", done.error().message);
  }
  // A new journal is not to be written at the expense of the reserve.
  if (renewing_ || !reserve_.isWhole() || !journal_.hasGrown()) return;
  renewing_ = true;
  boost::asio::post(options_.blocking, [self = shared_from_this()] { self->renewJournal(); });
}

// The long part runs beside commits: it needs a view of the database and no lock.
void CommitQueue::renewJournal() {
  auto begin = std::chrono::steady_clock::now();
  auto draft = journal_.draft();
  std::lock_guard lock(writerMutex_);
  renewing_ = false;
  auto size = draft ? draft->size : 0;
  auto done = draft ? journal_.replace(writer_, std::move(*draft)) : fail(draft.error());
  if (!done) {
    spdlog::error("storage.journal_not_compacted error=\"{}\"", done.error().message);
    return;
  }
  auto elapsed = std::chrono::steady_clock::now() - begin;
  spdlog::info("storage.journal_compacted bytes={} duration_ms={}", size,
               std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
}

// Nothing may be acknowledged that the next start does not find.
Result<void> CommitQueue::checkThere() {
  if (!writer_.isMoved()) return {};
  return fail(ErrorCode::StoreUnusable,
              "The database was removed or replaced while larderd was running. Restart larderd.",
              sqlite3_db_filename(writer_.handle(), "main"));
}

Result<std::uint64_t> CommitQueue::foreignChanges() {
  std::lock_guard lock(writerMutex_);
  if (auto there = checkThere(); !there) return fail(std::move(there.error()));
  // Changes when another connection has committed, and no connection of this process but this one can.
  Rows rows = writer_.query("PRAGMA data_version");
  auto version = rows.next() ? rows.integer(0) : dataVersion_;
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  if (dataVersion_ >= 0 && version != dataVersion_) ++foreignChanges_;
  dataVersion_ = version;
  return foreignChanges_;
}

}  // namespace larder::storage::sqlite
