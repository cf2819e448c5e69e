// The last lines of the log.
#include <algorithm>
#include <optional>

#include "admin/handlers.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

struct LogFilter {
  std::optional<telemetry::WallTime> from, to;
  apitypes::LogLevel level = apitypes::LogLevel::Unknown;  // this and worse
  std::string text;
};

core::Result<LogFilter> logFilterOf(const Call& call) {
  auto level = queryWord<apitypes::LogLevel>(call, "level");
  if (!level) return core::fail(level.error());
  auto from = queryTime(call, "from");
  if (!from) return core::fail(from.error());
  auto to = queryTime(call, "to");
  if (!to) return core::fail(to.error());
  return LogFilter{*from, *to, level->value_or(apitypes::LogLevel::Unknown),
                   call.head().queryParameter("q").value_or("")};
}

bool takes(const LogFilter& filter, const telemetry::LogLine& line) {
  return (!filter.from || line.time >= *filter.from) && (!filter.to || line.time < *filter.to) &&
         byWord<apitypes::LogLevel>(line.level) >= filter.level && line.text.find(filter.text) != std::string::npos;
}

}  // namespace

Answer listLogs(Call call) {
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  auto filter = logFilterOf(call);
  if (!filter) co_return failed(call, filter.error());
  // The cursor is the number of the line that the page before ended with; older ones follow.
  auto before = numberOf(*page, UINT64_MAX);
  if (!before) co_return failed(call, before.error());
  auto read = call.services->parts.logs.recent().after(0);
  apitypes::Page<apitypes::LogRecord> list;
  std::uint64_t last = 0;
  bool more = false;
  for (std::size_t i = read.items.size(); i-- > 0;) {
    if (!takes(*filter, read.items[i])) continue;
    ++list.total;
    if (read.first + i >= *before) continue;
    more = list.items.size() == page->limit;
    if (more) continue;
    list.items.push_back(toApi(read.items[i]));
    last = read.first + i;
  }
  if (more) list.next = std::to_string(last);
  co_return jsonResponse(200, list);
}

}  // namespace larder::api::admin
