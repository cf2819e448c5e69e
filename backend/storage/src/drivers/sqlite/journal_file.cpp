#include "drivers/sqlite/journal_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

#include "drivers/filesystem/directories.hpp"
#include "drivers/sqlite/change_json.hpp"
#include "larder/core/json.hpp"

namespace larder::storage::sqlite {

using core::ErrorCode;
using core::fail;
using filesystem::failSystem;

namespace {

using Json = nlohmann::json;

constexpr std::size_t kSumSize = 16;
constexpr std::size_t kMaxFirstLine = 256;
constexpr const char* kFormat = "larder-journal-1";

std::string sumOf(std::string_view text) {
  return Digest::of(text).hex().substr(0, kSumSize);
}

std::string toLine(const std::string& json) {
  return sumOf(json) + " " + json + "\n";
}

// The JSON of a line without its end; null if the line is not whole.
Json fromLine(std::string_view line) {
  if (line.size() < kSumSize + 2 || line[kSumSize] != ' ') return nullptr;
  auto json = line.substr(kSumSize + 1);
  if (sumOf(json) != line.substr(0, kSumSize)) return nullptr;
  return core::parseJson(json, core::kOwnRecord).value_or(nullptr);
}

// Of a first line; nothing if it is none.
std::optional<std::int64_t> generationOf(std::string_view line) {
  auto json = fromLine(line);
  if (!json.is_object()) return std::nullopt;
  auto format = json.find("format"), generation = json.find("generation");
  if (format == json.end() || *format != kFormat) return std::nullopt;
  if (generation == json.end() || !generation->is_number_integer()) return std::nullopt;
  return generation->get<std::int64_t>();
}

// Nothing if the line is damaged.
std::optional<JournalChanges> changesOf(std::string_view line) {
  auto json = fromLine(line);
  if (!json.is_array()) return std::nullopt;
  JournalChanges changes;
  for (const auto& one : json) {
    auto change = changeFromJson(one);
    if (!change) return std::nullopt;
    changes.push_back(std::move(*change));
  }
  return changes;
}

tl::unexpected<core::Error> failNoJournal(const std::string& path) {
  return fail(ErrorCode::Corrupt, "The metadata journal has no valid header. It was not written by larderd.", path);
}

}  // namespace

void JournalLine::add(const JournalChange& change) {
  auto json = toJson(change, at_);
  if (json.is_null()) return;
  if (!changes_.empty()) changes_ += ',';
  changes_ += json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string JournalLine::take() {
  if (changes_.empty()) return {};
  return toLine("[" + std::exchange(changes_, {}) + "]");
}

Result<JournalFile> JournalFile::make(std::string path, std::int64_t generation) {
  filesystem::UniqueFd file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, filesystem::kFileMode));
  if (!file) return failSystem(errno, "make", path);
  JournalFile made(std::move(file), std::move(path), generation);
  auto line = toLine(Json{{"format", kFormat}, {"generation", generation}}.dump());
  if (auto written = made.write(line, 0); !written) return fail(std::move(written.error()));
  return made;
}

Result<JournalFile> JournalFile::open(std::string path) {
  filesystem::UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT) return fail(ErrorCode::NotFound, "There is no metadata journal.", path);
  if (!file) return failSystem(errno, "open", path);
  std::array<char, kMaxFirstLine> begin{};
  auto read = filesystem::readFully(file.get(), std::as_writable_bytes(std::span(begin)), 0, path);
  if (!read) return fail(std::move(read.error()));
  std::string_view text(begin.data(), *read);
  auto generation = generationOf(text.substr(0, text.find('\n')));
  if (!generation) return failNoJournal(path);
  return JournalFile(std::move(file), std::move(path), *generation);
}

Result<std::uint64_t> JournalFile::size() const {
  struct ::stat info{};
  if (::fstat(file_.get(), &info) != 0) return failSystem(errno, "look up", path_);
  return static_cast<std::uint64_t>(info.st_size);
}

Result<void> JournalFile::write(std::string_view text, std::uint64_t offset) {
  int error = filesystem::writeAll(file_.get(), std::as_bytes(std::span(text)), offset);
  if (error != 0) return failSystem(error, "write", path_);
  return {};
}

Result<void> JournalFile::copy(const JournalFile& other, std::uint64_t begin, std::uint64_t end, std::uint64_t to) {
  std::vector<char> buffer(64 * 1024);
  while (begin < end) {
    auto part = std::span(buffer).first(std::min<std::size_t>(buffer.size(), end - begin));
    auto read = filesystem::readFully(other.file_.get(), std::as_writable_bytes(part), begin, other.path_);
    if (!read) return fail(std::move(read.error()));
    if (*read != part.size()) return fail(ErrorCode::Corrupt, "The metadata journal is truncated.", other.path_);
    if (auto written = write({part.data(), part.size()}, to); !written) return written;
    begin += part.size();
    to += part.size();
  }
  return {};
}

Result<void> JournalFile::cut(std::uint64_t size) {
  if (::ftruncate(file_.get(), static_cast<::off_t>(size)) != 0) return failSystem(errno, "shorten", path_);
  return {};
}

Result<void> JournalFile::sync() {
  if (::fdatasync(file_.get()) != 0) return failSystem(errno, "sync", path_);
  return {};
}

Result<JournalContent> readJournal(const std::string& path, bool skipDamaged,
                                   const std::function<Result<void>(JournalChanges)>& visit) {
  auto file = JournalFile::open(path);
  if (!file) return fail(std::move(file.error()));
  JournalContent content;
  content.generation = file->generation();
  std::ifstream in(path, std::ios::binary);
  std::string line;
  std::getline(in, line);
  content.size = line.size() + 1;
  std::uint64_t damaged = 0, damagedBytes = 0;  // since the last whole line
  while (std::getline(in, line)) {
    auto changes = in.eof() ? std::nullopt : changesOf(line);
    if (!changes) {
      ++damaged;
      damagedBytes += line.size() + (in.eof() ? 0 : 1);
      continue;
    }
    if (damaged > 0 && !skipDamaged) {
      return fail(ErrorCode::Corrupt,
                  "The metadata journal is damaged at byte " + std::to_string(content.size) +
                      ". A deletion may be missing from what follows; use --salvage to recover it anyway.",
                  path);
    }
    content.damagedLines += std::exchange(damaged, 0);
    content.size += std::exchange(damagedBytes, 0) + line.size() + 1;
    if (auto taken = visit(std::move(*changes)); !taken) return fail(std::move(taken.error()));
  }
  if (in.bad()) return fail(ErrorCode::Io, "The metadata journal cannot be read.", path);
  content.tornBytes = damagedBytes;
  return content;
}

}  // namespace larder::storage::sqlite
