// The last lines of the log.
#include <algorithm>
#include <charconv>
#include <optional>

#include "admin/handlers.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

struct Filter {
  std::optional<telemetry::WallTime> from, to;
  apitypes::LogLevel level = apitypes::LogLevel::Unknown;  // this and worse
  std::string text;
};

core::Result<Filter> filterOf(const Call& call) {
  auto wrong = [](const char* name, const char* message) {
    return core::fail(core::ErrorCode::InvalidArgument, message, std::string("?") + name);
  };
  Filter filter;
  filter.text = call.head().queryParameter("q").value_or("");
  if (auto text = call.head().queryParameter("level")) {
    auto level = apitypes::parseWord<apitypes::LogLevel>(*text);
    if (!level) return wrong("level", "The parameter level is trace, debug, info, warn or error.");
    filter.level = *level;
  }
  if (auto text = call.head().queryParameter("from")) {
    filter.from = apitypes::parseTime(*text);
    if (!filter.from) return wrong("from", "The parameter from is a time in UTC, such as 2026-03-01T12:00:00Z.");
  }
  if (auto text = call.head().queryParameter("to")) {
    filter.to = apitypes::parseTime(*text);
    if (!filter.to) return wrong("to", "The parameter to is a time in UTC, such as 2026-03-01T12:00:00Z.");
  }
  return filter;
}

bool takes(const Filter& filter, const telemetry::LogLine& line) {
  return (!filter.from || line.time >= *filter.from) && (!filter.to || line.time < *filter.to) &&
         byWord<apitypes::LogLevel>(line.level) >= filter.level && line.text.find(filter.text) != std::string::npos;
}

}  // namespace

Answer listLogs(Call call) {
  auto page = pageOf(call);
  auto filter = filterOf(call);
  if (!page) co_return problemResponse(page.error());
  if (!filter) co_return problemResponse(filter.error());
  // The cursor is the number of the line that the page before ended with; older ones follow.
  std::uint64_t before = UINT64_MAX;
  std::from_chars(page->cursor.data(), page->cursor.data() + page->cursor.size(), before);
  auto read = call.services->parts.logs.recent().after(0);
  apitypes::Page<apitypes::LogRecord> list;
  std::uint64_t last = 0;
  bool more = false;
  for (std::size_t i = read.items.size(); i-- > 0;) {
    if (!takes(*filter, read.items[i])) continue;
    ++list.total;
    if (read.first + i >= before) continue;
    more = list.items.size() == page->limit;
    if (more) continue;
    list.items.push_back(toApi(read.items[i]));
    last = read.first + i;
  }
  if (more) list.next = std::to_string(last);
  co_return jsonResponse(200, list);
}

}  // namespace larder::api::admin
