// Who changed what, from the audit log.
#include <charconv>
#include <utility>

#include "admin/handlers.hpp"
#include "audit_reader.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {
namespace {

// A time of the query. False if it is none.
bool timeOf(const Call& call, std::string_view name, std::optional<std::chrono::system_clock::time_point>& time) {
  auto text = call.head().queryParameter(name);
  if (!text) return true;
  time = apitypes::parseTime(*text);
  return time.has_value();
}

}  // namespace

Answer listAudit(Call call) {
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  AuditQuery query;
  query.limit = page->limit;
  query.user = call.head().queryParameter("user").value_or("");
  query.action = call.head().queryParameter("action").value_or("");
  if (!timeOf(call, "from", query.from) || !timeOf(call, "to", query.to)) {
    co_return problemResponse(400, "from and to are times in UTC: 2026-03-01T12:00:00Z.");
  }
  const auto& cursor = page->cursor;
  if (!cursor.empty()) {
    auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), query.before);
    if (error != std::errc() || end != cursor.data() + cursor.size()) {
      co_return problemResponse(400, "The cursor is none of this list.");
    }
  }
  auto& audit = call.services->parts.audit;
  auto found = co_await runtime::offload(call.blocking(), [&] {
    audit.flush();
    return readAudit(audit.path(), query);
  });
  if (!found) co_return failed(call, found.error());
  apitypes::Page<apitypes::AuditRecord> list{std::move(found->records), found->total, {}};
  if (found->next) list.next = std::to_string(*found->next);
  co_return jsonResponse(200, list);
}

}  // namespace larder::api::admin
