// Who changed what, from the audit log.
#include <utility>

#include "admin/handlers.hpp"
#include "audit_reader.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {

Answer listAudit(Call call) {
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  AuditQuery query;
  query.limit = page->limit;
  query.user = call.head().queryParameter("user").value_or("");
  query.action = call.head().queryParameter("action").value_or("");
  auto from = queryTime(call, "from");
  if (!from) co_return failed(call, from.error());
  auto to = queryTime(call, "to");
  if (!to) co_return failed(call, to.error());
  if (!page->cursor.empty()) {
    query.before = parseAuditPlace(page->cursor);
    if (!query.before) {
      co_return failed(
          call, {core::ErrorCode::InvalidArgument, "The cursor is not valid. Start with the first page.", "?cursor"});
    }
  }
  query.from = *from;
  query.to = *to;
  auto& audit = call.services->parts.audit;
  // An empty list would look as if nothing had happened.
  const core::Error off(core::ErrorCode::Conflict, "The audit log is not enabled: set log.audit to a file path.");
  auto found = co_await runtime::offload(call.blocking(), [&]() -> core::Result<AuditPage> {
    audit.flush();
    auto path = audit.path();
    if (path.empty()) return core::fail(off);
    return readAudit(path, query);
  });
  if (!found) co_return failed(call, found.error());
  apitypes::Page<apitypes::AuditRecord> list{std::move(found->records), found->total, {}};
  if (found->next) list.next = toString(*found->next);
  co_return jsonResponse(200, list);
}

}  // namespace larder::api::admin
