#include "drivers/sqlite/journal.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

#include "drivers/filesystem/directories.hpp"
#include "drivers/filesystem/small_blob.hpp"
#include "drivers/sqlite/data_directory.hpp"
#include "drivers/sqlite/dump.hpp"
#include "drivers/sqlite/schema.hpp"

namespace larder::storage::sqlite {

using core::ErrorCode;
using core::fail;
using filesystem::failSystem;
using filesystem::randomName;

namespace {

constexpr std::uint64_t kSmall = 16 * 1024 * 1024;  // not worth to be written anew
constexpr std::size_t kLineBytes = 256 * 1024;      // of a line of a new generation

std::string newPath(const std::string& directory) {
  return journalPath(directory) + ".new";
}

}  // namespace

std::string journalPath(const std::string& directory) {
  return directory + "/metadata.journal";
}

Result<void> checkMayBeginAnew(const std::string& directory) {
  if (::access(journalPath(directory).c_str(), F_OK) != 0) return {};
  return fail(ErrorCode::Conflict,
              "The metadata database is missing or empty, but its journal exists. Run `larderd rebuild <config>` to "
              "rebuild it, or remove the journal to start with an empty registry.",
              journalPath(directory));
}

// The journal first: who begins a store makes it after the database.
Result<void> checkNotLost(const std::string& directory) {
  auto anew = checkMayBeginAnew(directory);
  bool isThere = ::access(databasePath(directory).c_str(), F_OK) == 0;
  return isThere ? Result<void>{} : anew;
}

Result<bool> Journal::isBegun(Database& database) {
  Rows rows = database.query("PRAGMA user_version");
  bool hasTables = rows.next() && rows.integer(0) > 0;
  if (auto done = rows.result(); !done) return fail(std::move(done.error()));
  if (!hasTables) return false;
  auto position = read(database);
  if (!position) return fail(std::move(position.error()));
  return position->generation > 0;
}

Result<Journal::Position> Journal::read(Database& database) {
  Rows rows = database.query("SELECT generation, size, base FROM journal WHERE id = 1");
  Position position;
  if (rows.next()) position = {rows.integer(0), rows.count(1), rows.count(2)};
  if (auto done = rows.result(); !done) return fail(std::move(done.error()));
  return position;
}

Result<void> Journal::note(Database& writer, const Position& position) {
  auto noted = writer.change("UPDATE journal SET generation = ?1, size = ?2, base = ?3 WHERE id = 1",
                             position.generation, position.size, position.base);
  if (!noted) return fail(std::move(noted.error()));
  return {};
}

Result<void> Journal::begin(Database& writer) {
  auto position = read(writer);
  if (!position) return fail(std::move(position.error()));
  if (position->generation > 0) return {};
  if (auto begun = writer.execute("BEGIN IMMEDIATE"); !begun) return begun;
  auto done = attach(writer);
  if (done) done = writer.execute("COMMIT");
  if (!done) {
    writer.rollBack();
    rolledBack();
    return done;
  }
  return committed();
}

// Makes file_ and position_ those of the database.
Result<void> Journal::attach(Database& writer) {
  auto position = read(writer);
  if (!position) return fail(std::move(position.error()));
  position_ = *position;
  if (position_.generation == 0) {
    auto anew = checkMayBeginAnew(directory_);
    return anew ? startOver(writer, 0) : anew;
  }
  auto opened = open(position_);
  if (!opened) return fail(std::move(opened.error()));
  Result<std::uint64_t> size = 0;
  if (*opened) size = file_->size();
  if (!size) return fail(std::move(size.error()));
  if (*size < position_.size) {
    spdlog::error(
        "storage.journal_lost path={} hint=\"It is recreated from the database. Find out what removed or changed it.\"",
        journalPath(directory_));
    return startOver(writer, position_.generation);
  }
  if (*size == position_.size) return {};
  spdlog::log(isToCut_ ? spdlog::level::debug : spdlog::level::warn,
              "storage.journal_truncated bytes={} reason=\"never committed\"", *size - position_.size);
  return file_->cut(position_.size);
}

// False if the journal of that generation is not there.
Result<bool> Journal::open(const Position& position) {
  if (file_ && file_->generation() == position.generation) return true;
  rolledBack();
  // Its place is looked at twice: another process may be at the last step just now.
  for (const auto& path : {journalPath(directory_), newPath(directory_), journalPath(directory_)}) {
    auto opened = JournalFile::open(path);
    if (!opened) {
      auto code = opened.error().code;
      if (code == ErrorCode::NotFound || code == ErrorCode::Corrupt) continue;
      return fail(std::move(opened.error()));
    }
    if (opened->generation() != position.generation) continue;
    file_ = std::move(*opened);
    if (path == journalPath(directory_)) return true;
    // Who committed its generation has not come to the last step.
    if (auto moved = moveIn(); !moved) return fail(std::move(moved.error()));
    file_->renamed(journalPath(directory_));
    return true;
  }
  return false;
}

Result<void> Journal::startOver(Database& writer, std::int64_t generation) {
  rolledBack();
  auto path = journalPath(directory_);
  auto old = path + ".old";
  if (::access(path.c_str(), F_OK) == 0) {
    ::unlink(old.c_str());
    // A second name, so that there is a journal at every instant.
    if (::link(path.c_str(), old.c_str()) != 0) return failSystem(errno, "link " + path + " as", old);
    spdlog::info("storage.journal_kept path={}", old);
  }
  ::unlink(newPath(directory_).c_str());
  auto fresh = write(writer, {generation, 0, 0}, newPath(directory_));
  if (!fresh) return fail(std::move(fresh.error()));
  if (auto synced = syncDirectory(); !synced) return synced;
  file_ = std::move(fresh->file);
  toMoveIn_ = true;
  position_ = {file_->generation(), fresh->size, fresh->size};
  return note(writer, position_);
}

Result<Journal::Draft> Journal::write(Database& database, const Position& position, std::string path) const {
  auto file = JournalFile::make(path, position.generation + 1);
  if (!file) return fail(std::move(file.error()));
  auto begun = file->size();
  if (!begun) return fail(std::move(begun.error()));
  Draft draft{std::move(*file), std::move(path), position.generation, position.size, *begun};
  JournalLine line(std::chrono::system_clock::now());
  auto flush = [&]() -> Result<void> {
    auto text = line.take();
    if (auto written = draft.file.write(text, draft.size); !written) return written;
    draft.size += text.size();
    return {};
  };
  auto dumped = dump(database, [&](const JournalChange& change) -> Result<void> {
    line.add(change);
    return line.size() < kLineBytes ? Result<void>{} : flush();
  });
  if (dumped) dumped = flush();
  if (dumped) dumped = draft.file.sync();
  if (!dumped) {
    ::unlink(draft.path.c_str());
    return fail(std::move(dumped.error()));
  }
  return draft;
}

Result<void> Journal::append(Database& writer, JournalLine line) {
  auto text = line.take();
  if (text.empty()) return {};
  if (auto attached = attach(writer); !attached) return attached;
  isToCut_ = true;
  if (auto written = file_->write(text, position_.size); !written) return written;
  if (auto synced = file_->sync(); !synced) return synced;
  position_.size += text.size();
  return note(writer, position_);
}

Result<void> Journal::committed() {
  isToCut_ = false;
  if (!toMoveIn_) return {};
  if (auto moved = moveIn(); !moved) return moved;
  file_->renamed(journalPath(directory_));
  toMoveIn_ = false;
  return {};
}

void Journal::rolledBack() {
  file_.reset();
  toMoveIn_ = false;
}

// Another process may have done it already.
Result<void> Journal::moveIn() const {
  auto path = journalPath(directory_);
  if (::rename(newPath(directory_).c_str(), path.c_str()) != 0 && errno != ENOENT) {
    return failSystem(errno, "rename", newPath(directory_));
  }
  return syncDirectory();
}

Result<void> Journal::syncDirectory() const {
  filesystem::UniqueFd directory(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) return failSystem(errno, "sync the directory", directory_);
  return {};
}

bool Journal::hasGrown() const {
  return position_.size > kSmall && position_.size > 2 * position_.base;
}

Result<Journal::Draft> Journal::draft() const {
  auto reader = openReader(databasePath(directory_));
  if (!reader) return fail(std::move(reader.error()));
  if (auto begun = reader->execute("BEGIN"); !begun) return fail(std::move(begun.error()));
  auto position = read(*reader);
  // Where the blob store removes at its start what a crash has left.
  auto scratch = directory_ + "/scratch";
  ::mkdir(scratch.c_str(), filesystem::kDirectoryMode);
  if (!position) return fail(std::move(position.error()));
  return write(*reader, *position, scratch + "/journal-" + randomName());
}

Result<void> Journal::replace(Database& writer, Draft draft) {
  if (auto begun = writer.execute("BEGIN IMMEDIATE"); !begun) return begun;
  auto done = replaceWithin(writer, draft);
  if (done) done = writer.execute("COMMIT");
  if (!done) {
    writer.rollBack();
    rolledBack();
    ::unlink(draft.path.c_str());
    return done;
  }
  return committed();
}

Result<void> Journal::replaceWithin(Database& writer, Draft& draft) {
  if (auto attached = attach(writer); !attached) return attached;
  if (position_.generation != draft.of) {
    ::unlink(draft.path.c_str());
    return {};
  }
  if (auto copied = draft.file.copy(*file_, draft.covered, position_.size, draft.size); !copied) return copied;
  if (auto synced = draft.file.sync(); !synced) return synced;
  if (::rename(draft.path.c_str(), newPath(directory_).c_str()) != 0) return failSystem(errno, "rename", draft.path);
  if (auto synced = syncDirectory(); !synced) return synced;
  auto size = draft.size + position_.size - draft.covered;
  position_ = {draft.file.generation(), size, size};
  file_ = std::move(draft.file);
  toMoveIn_ = true;
  return note(writer, position_);
}

}  // namespace larder::storage::sqlite
