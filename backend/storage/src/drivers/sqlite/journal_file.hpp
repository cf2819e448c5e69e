// One file of the journal: a line for its generation, then a line for each transaction: what it changed.
//
//   <16 hex digits of the line's digest> <JSON>\n
//
// A line is whole or it was never committed. All calls block.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "drivers/filesystem/posix.hpp"
#include "drivers/sqlite/journal_change.hpp"

namespace larder::storage::sqlite {

// Changes one by one to a line, which is empty while there is nothing to keep.
class JournalLine {
 public:
  explicit JournalLine(WallTime at) : at_(at) {}
  void add(const JournalChange& change);
  std::size_t size() const { return changes_.size(); }
  // The line with its end; the object is empty afterwards.
  std::string take();

 private:
  WallTime at_;
  std::string changes_;  // as JSON, with commas between them
};

// Open for reading and writing. One caller at a time.
class JournalFile {
 public:
  // Made anew, with nothing but its first line. NoSpace, Io.
  static Result<JournalFile> make(std::string path, std::int64_t generation);
  // NotFound if it is not there, Corrupt if its first line is none. Io.
  static Result<JournalFile> open(std::string path);

  void renamed(std::string path) { path_ = std::move(path); }
  std::int64_t generation() const { return generation_; }
  Result<std::uint64_t> size() const;
  Result<void> write(std::string_view text, std::uint64_t offset);
  // Appends what is from `begin` to `end` in `other`.
  Result<void> copy(const JournalFile& other, std::uint64_t begin, std::uint64_t end, std::uint64_t to);
  Result<void> cut(std::uint64_t size);
  Result<void> sync();

 private:
  JournalFile(filesystem::UniqueFd file, std::string path, std::int64_t generation)
      : file_(std::move(file)), path_(std::move(path)), generation_(generation) {}

  filesystem::UniqueFd file_;
  std::string path_;
  std::int64_t generation_;
};

struct JournalContent {
  std::int64_t generation = 0;
  std::uint64_t size = 0;       // of its whole lines
  std::uint64_t tornBytes = 0;  // behind them
  std::uint64_t damagedLines = 0;
};

// Calls `visit` with the changes of each line, in order. A last line that is not whole is left out; one before it that
// is damaged ends the reading with Corrupt, or is left out too where `skipDamaged` is set. NotFound, Io.
Result<JournalContent> readJournal(const std::string& path, bool skipDamaged,
                                   const std::function<Result<void>(JournalChanges)>& visit);

}  // namespace larder::storage::sqlite
