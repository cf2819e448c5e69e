#include "audit_reader.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>

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
  record.remote = text("remote");
  record.action = text("action");
  record.method = text("method");
  record.object = text("object");
  if (auto status = line.find("status"); status != line.end() && status->is_number_integer()) {
    record.status = status->get<int>();
  }
  if (auto before = line.find("before"); before != line.end()) record.before = *before;
  if (auto after = line.find("after"); after != line.end()) record.after = *after;
  return record;
}

bool matches(const apitypes::AuditRecord& record, const AuditQuery& query) {
  return (query.user.empty() || record.user == query.user) && (query.action.empty() || record.action == query.action) &&
         (!query.from || record.at >= *query.from) && (!query.to || record.at < *query.to);
}

// A line that cannot be what is sought need not be parsed.
bool mayMatch(std::string_view line, const AuditQuery& query) {
  return (query.user.empty() || line.find(query.user) != std::string_view::npos ||
          query.user.find_first_of("\"\\") != std::string::npos) &&
         (query.action.empty() || line.find(query.action) != std::string_view::npos);
}

}  // namespace

core::Result<AuditPage> readAudit(const std::filesystem::path& path, const AuditQuery& query) {
  AuditPage page;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (path.empty() || !file) return page;
  auto size = static_cast<std::uint64_t>(file.tellg());
  auto start = size > kMaxAuditBytes ? size - kMaxAuditBytes : 0;
  std::string text(size - start, '\0');
  file.seekg(static_cast<std::streamoff>(start));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));

  std::string_view rest = text;
  // The first line may be cut, and the last is still being written if it has no end.
  rest = rest.substr(0, rest.rfind('\n') + 1);
  std::size_t first = start == 0 ? 0 : rest.find('\n') + 1;
  std::uint64_t last = 0;  // where the page's last record begins
  while (rest.size() > first) {
    auto begin = rest.rfind('\n', rest.size() - 2);
    begin = begin == std::string_view::npos ? 0 : begin + 1;
    auto line = rest.substr(begin);
    rest = rest.substr(0, begin);
    if (!mayMatch(line, query)) continue;
    auto record = recordOf(Json::parse(line, nullptr, false));
    if (!record || !matches(*record, query)) continue;
    ++page.total;
    auto offset = start + begin;
    if (offset >= query.before) continue;
    if (page.records.size() < query.limit) {
      page.records.push_back(std::move(*record));
      last = offset;
    } else {
      page.next = last;
    }
  }
  return page;
}

}  // namespace larder::api
