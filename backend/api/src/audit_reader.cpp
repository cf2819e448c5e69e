#include "audit_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "audit_file.hpp"
#include "larder/core/json.hpp"

namespace larder::api {
namespace {

using apitypes::Json;

// The log's words in those of the API. Nothing for a line that is no record of a call.
std::optional<apitypes::AuditRecord> recordOf(const Json& line) {
  if (!line.is_object()) return std::nullopt;
  auto text = [&](const char* name) {
    auto found = line.find(name);
    return found != line.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  auto time = apitypes::parseTime(text("time"));
  if (!time) return std::nullopt;
  apitypes::AuditRecord record;
  record.at = *time;
  record.user = text("user");
  if (auto tried = text("tried"); !tried.empty()) record.tried = std::move(tried);
  record.remote = text("remote");
  record.action = text("action");
  record.method = text("method");
  record.object = text("object");
  if (auto status = line.find("status"); status != line.end() && status->is_number_integer()) {
    record.status = status->get<int>();
  }
  if (auto repeated = line.find("repeated"); repeated != line.end() && repeated->is_number_unsigned()) {
    record.repeated = repeated->get<std::uint64_t>();
  }
  if (auto before = line.find("before"); before != line.end()) record.before = *before;
  if (auto after = line.find("after"); after != line.end()) record.after = *after;
  return record;
}

bool matches(const apitypes::AuditRecord& record, const AuditQuery& query) {
  return (query.user.empty() || record.user == query.user || record.tried == query.user) &&
         (query.action.empty() || record.action == query.action) && (!query.from || record.at >= *query.from) &&
         (!query.to || record.at < *query.to);
}

// A line that cannot be what is sought need not be parsed.
bool mayMatch(std::string_view line, const AuditQuery& query) {
  return (query.user.empty() || line.find(query.user) != std::string_view::npos ||
          query.user.find_first_of("\"\\") != std::string::npos) &&
         (query.action.empty() || line.find(query.action) != std::string_view::npos);
}

// Reads files into the page, the newest first, each from its end.
class FileReader {
 public:
  FileReader(AuditPage& page, const AuditQuery& query) : page_(page), query_(query), wanted_(!query.before) {}

  // False if it was read before, under another name, or is not there.
  bool read(const std::filesystem::path& path) {
    int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status{};
    if (descriptor < 0) return false;
    bool known = ::fstat(descriptor, &status) == 0 && std::ranges::find(seen_, status.st_ino) == seen_.end();
    if (known) {
      seen_.push_back(status.st_ino);
      readOpen(descriptor, status.st_ino, static_cast<std::uint64_t>(status.st_size));
    }
    ::close(descriptor);
    return known;
  }
  bool mayGoOn() const { return budget_ > 0; }

 private:
  void readOpen(int descriptor, std::uint64_t inode, std::uint64_t size) {
    auto start = size > budget_ ? size - budget_ : 0;
    budget_ -= size - start;
    std::string text(size - start, '\0');
    std::size_t got = 0;
    while (got < text.size()) {
      auto n = ::pread(descriptor, text.data() + got, text.size() - got, static_cast<off_t>(start + got));
      if (n <= 0) break;
      got += static_cast<std::size_t>(n);
    }
    text.resize(got);
    bool hasPlace = query_.before && query_.before->file == inode;
    std::string_view rest = text;
    // The first line may be cut, and the last is still being written if it has no end.
    rest = rest.substr(0, rest.rfind('\n') + 1);
    std::size_t first = start == 0 ? 0 : rest.find('\n') + 1;
    while (rest.size() > first) {
      auto begin = rest.rfind('\n', rest.size() - 2);
      begin = begin == std::string_view::npos ? 0 : begin + 1;
      auto line = rest.substr(begin);
      rest = rest.substr(0, begin);
      auto offset = start + begin;
      take(line, {inode, offset}, hasPlace ? offset < query_.before->offset : wanted_);
    }
    wanted_ |= hasPlace;
  }

  void take(std::string_view line, AuditPlace place, bool wanted) {
    if (!mayMatch(line, query_)) return;
    auto record = recordOf(core::parseOrderedJson(line, core::kOwnJson).value_or(nullptr));
    if (!record || !matches(*record, query_)) return;
    ++page_.total;
    if (!wanted) return;
    if (page_.records.size() < query_.limit) {
      page_.records.push_back(std::move(*record));
      last_ = place;
    } else {
      page_.next = last_;
    }
  }

  AuditPage& page_;
  const AuditQuery& query_;
  bool wanted_;  // from a file's end on
  std::uint64_t budget_ = kMaxAuditBytes;
  std::vector<std::uint64_t> seen_;  // inodes
  AuditPlace last_;                  // of the page's last record
};

}  // namespace

std::string toString(const AuditPlace& place) {
  return std::to_string(place.file) + "-" + std::to_string(place.offset);
}

std::optional<AuditPlace> parseAuditPlace(std::string_view text) {
  AuditPlace place;
  const auto* end = text.data() + text.size();
  auto file = std::from_chars(text.data(), end, place.file);
  if (file.ec != std::errc{} || file.ptr == end || *file.ptr != '-') return std::nullopt;
  auto offset = std::from_chars(file.ptr + 1, end, place.offset);
  if (offset.ec != std::errc{} || offset.ptr != end) return std::nullopt;
  return place;
}

core::Result<AuditPage> readAudit(const std::filesystem::path& path, const AuditQuery& query) {
  AuditPage page;
  if (path.empty()) return page;
  FileReader reader(page, query);
  reader.read(path);
  // Their numbers have no gaps, but a rotation that is under way has one.
  for (unsigned number = 1, missing = 0; missing < 2 && reader.mayGoOn(); ++number) {
    missing = reader.read(rotatedPath(path, number)) ? 0 : missing + 1;
  }
  return page;
}

}  // namespace larder::api
