// The journal of changes: what a lost or damaged database is made again from.
//
// Each transaction that changes what a rebuild needs is written to the journal as one line, and synced, before it is
// committed; the database notes in the same transaction how long the journal is by then. So nothing that was
// acknowledged is missing from the journal, and what a crash has left in it beyond the noted length was never
// committed and is cut off by the next transaction. SQLite's lock for writing is the journal's as well: of two
// processes one appends at a time.
//
//   <root>/_larder/metadata.journal      the journal
//   <root>/_larder/metadata.journal.new  its next generation, until it takes the other's place
//   <root>/_larder/metadata.journal.old  one that did not fit the database, or that this was rebuilt from
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "drivers/sqlite/database.hpp"
#include "drivers/sqlite/journal_file.hpp"

namespace larder::storage::sqlite {

std::string journalPath(const std::string& directory);

// Of a directory whose database is new, or missing. Conflict if there is a journal, from which it can be rebuilt.
Result<void> checkMayBeginAnew(const std::string& directory);
// The same, of one whose database may be there.
Result<void> checkNotLost(const std::string& directory);

// One caller at a time; all calls block.
class Journal {
 public:
  // `directory`: <root>/_larder.
  explicit Journal(std::string directory) : directory_(std::move(directory)) {}

  // Whether the database has a journal: one that is new, or was left empty, has none.
  static Result<bool> isBegun(Database& database);
  // For a database that was just opened: begins the journal of one that has none. Conflict if there is a journal of
  // another database, which this new one would replace: that one can be rebuilt.
  Result<void> begin(Database& writer);
  // Within a transaction of `writer`, as the last of it. NoSpace, Io: the transaction has to be rolled back.
  Result<void> append(Database& writer, JournalLine line);
  // After the commit of a transaction that appended, and after one that failed.
  Result<void> committed();
  void rolledBack();
  // Within a transaction of `writer`: a new journal that begins with all that the database holds, after the one of
  // `generation`.
  Result<void> startOver(Database& writer, std::int64_t generation);

  bool hasGrown() const;
  // A file of the next generation that begins with all that the database holds. It takes long and disturbs nobody; any
  // thread may ask.
  struct Draft {
    JournalFile file;
    std::string path;
    std::int64_t of = 0;        // the generation that it was made from
    std::uint64_t covered = 0;  // how much of that
    std::uint64_t size = 0;
  };
  Result<Draft> draft() const;
  // Lets it take the journal's place, with what was appended meanwhile. Does nothing if another process was faster.
  Result<void> replace(Database& writer, Draft draft);

 private:
  struct Position {
    std::int64_t generation = 0;
    std::uint64_t size = 0;
    std::uint64_t base = 0;
  };
  static Result<Position> read(Database& database);
  static Result<void> note(Database& writer, const Position& position);
  Result<void> attach(Database& writer);
  Result<bool> open(const Position& position);
  Result<void> replaceWithin(Database& writer, Draft& draft);
  Result<Draft> write(Database& database, const Position& position, std::string path) const;
  Result<void> moveIn() const;
  Result<void> syncDirectory() const;

  std::string directory_;
  std::optional<JournalFile> file_;
  Position position_;      // as the database had it at the last transaction
  bool toMoveIn_ = false;  // file_ is still metadata.journal.new
  bool isToCut_ = false;   // what was appended last is not known to be committed
};

}  // namespace larder::storage::sqlite
