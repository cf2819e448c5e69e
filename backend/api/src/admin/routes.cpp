#include "admin/routes.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "access.hpp"
#include "admin/guards.hpp"
#include "larder/runtime/run_on.hpp"

namespace larder::api::admin {
namespace {

using http::Method;

constexpr std::array kRoutes{
    Route{Method::Get, "/session", Access::Public, Effect::Reads, "getSession", getSession},
    Route{Method::Post, "/session", Access::Public, Effect::Reads, "createSession", createSession},
    Route{Method::Delete, "/session", Access::Public, Effect::Reads, "deleteSession", deleteSession},

    Route{Method::Get, "/status", Access::Public, Effect::Reads, "getStatus", getStatus},
    Route{Method::Get, "/openapi.yaml", Access::Public, Effect::Reads, "getOpenApi", getOpenApi},

    Route{Method::Get, "/config", Access::Admin, Effect::Reads, "getConfig", getConfig},
    Route{Method::Patch, "/config", Access::Admin, Effect::Configures, "patchConfig", patchConfig},
    Route{Method::Get, "/config/schema", Access::Admin, Effect::Reads, "getConfigSchema", getConfigSchema},
    Route{Method::Post, "/config/validate", Access::Admin, Effect::Tries, "validateConfig", validateConfig},
    Route{Method::Get, "/config/history", Access::Admin, Effect::Reads, "listConfigHistory", listConfigHistory},
    Route{Method::Get, "/config/diff", Access::Admin, Effect::Reads, "diffConfig", diffConfig},
    Route{Method::Get, "/config/revisions/{revision}", Access::Admin, Effect::Reads, "getRevision", getRevision},
    Route{Method::Post, "/config/merge", Access::Admin, Effect::Configures, "mergeConfig", mergeConfig},
    Route{Method::Post, "/config/merge/preview", Access::Admin, Effect::Tries, "previewMerge", previewMerge},
    Route{Method::Post, "/config/revert", Access::Admin, Effect::Configures, "revertConfig", revertConfig},
    Route{Method::Post, "/config/revert/preview", Access::Admin, Effect::Tries, "previewRevert", previewRevert},
    Route{Method::Post, "/config/rollback", Access::Admin, Effect::Configures, "rollBackConfig", rollBackConfig},
    Route{Method::Post, "/config/rollback/preview", Access::Admin, Effect::Tries, "previewRollBack", previewRollBack},
    Route{Method::Get, "/config/drift", Access::Admin, Effect::Reads, "getConfigDrift", getConfigDrift},
    Route{Method::Get, "/config/export", Access::Admin, Effect::Reads, "exportConfig", exportConfig},

    Route{Method::Get, "/users", Access::Admin, Effect::Reads, "listUsers", listUsers},
    Route{Method::Post, "/users", Access::Admin, Effect::Configures, "addUser", addUser},
    Route{Method::Put, "/users/{name}", Access::Admin, Effect::Configures, "setPassword", setPassword},
    Route{Method::Delete, "/users/{name}", Access::Admin, Effect::Configures, "removeUser", removeUser},
    Route{Method::Get, "/groups", Access::Admin, Effect::Reads, "listGroups", listGroups},

    Route{Method::Get, "/access/policies", Access::Admin, Effect::Reads, "getPolicies", getPolicies},
    Route{Method::Get, "/access/explain", Access::Admin, Effect::Reads, "explainAccess", explainAccess},
    Route{Method::Post, "/access/explain", Access::Admin, Effect::MayTry, "explainDraft", explainDraft},
    Route{Method::Post, "/access/review", Access::Admin, Effect::MayTry, "reviewAccess", reviewAccess},
    Route{Method::Post, "/access/effective", Access::Admin, Effect::MayTry, "effectiveAccess", effectiveAccess},

    Route{Method::Post, "/sync/rules/{id}/run", Access::Admin, Effect::Changes, "runRule", runRule},
    Route{Method::Put, "/sync/rules/{id}/pause", Access::Admin, Effect::Changes, "pauseRule", pauseRule},
    Route{Method::Get, "/sync/runs", Access::Admin, Effect::Reads, "listRuns", listRuns},
    Route{Method::Get, "/sync/presets", Access::Admin, Effect::Reads, "listPresets", listPresets},
    Route{Method::Post, "/sync/route", Access::Admin, Effect::Tries, "tryRoute", tryRoute},
    Route{Method::Post, "/sync/preview", Access::Admin, Effect::Tries, "previewRule", previewRule},
    Route{Method::Post, "/sync/test", Access::Admin, Effect::Tries, "testRule", testRule},

    Route{Method::Post, "/prefetch", Access::Admin, Effect::Changes, "prefetch", prefetch},
    Route{Method::Get, "/transfers", Access::Reader, Effect::Reads, "listTransfers", listTransfers},
    Route{Method::Get, "/transfers/ended", Access::Admin, Effect::Reads, "listEndedTransfers", listEndedTransfers},
    Route{Method::Get, "/pulls", Access::Admin, Effect::Reads, "listPulls", listPulls},
    Route{Method::Delete, "/transfers/{id}", Access::Admin, Effect::Changes, "cancelTransfer", cancelTransfer},
    Route{Method::Get, "/jobs", Access::Admin, Effect::Reads, "listJobs", listJobs},
    Route{Method::Post, "/jobs", Access::Admin, Effect::Changes, "startJob", startJob},
    Route{Method::Get, "/jobs/{id}", Access::Admin, Effect::Reads, "getJob", getJob},
    Route{Method::Delete, "/jobs/{id}", Access::Admin, Effect::Changes, "cancelJob", cancelJob},

    Route{Method::Get, "/metrics/history", Access::Insider, Effect::Reads, "getMetricsHistory", getMetricsHistory},
    Route{Method::Get, "/logs", Access::Admin, Effect::Reads, "listLogs", listLogs},
    Route{Method::Get, "/live", Access::Reader, Effect::Reads, "openLive", openLive},

    Route{Method::Get, "/sync/rules", Access::Admin, Effect::Reads, "listRules", listRules},
    Route{Method::Post, "/sync/rules", Access::Admin, Effect::Configures, "addRule", addRule},
    Route{Method::Get, "/sync/rules/{id}", Access::Admin, Effect::Reads, "getRule", getRule},
    Route{Method::Put, "/sync/rules/{id}", Access::Admin, Effect::Configures, "replaceRule", replaceRule},
    Route{Method::Delete, "/sync/rules/{id}", Access::Admin, Effect::Configures, "removeRule", removeRule},
    Route{Method::Put, "/sync/order", Access::Admin, Effect::Configures, "orderRules", orderRules},
    Route{Method::Get, "/sync/explain", Access::Admin, Effect::Reads, "explainRoute", explainRoute},

    Route{Method::Get, "/credentials", Access::Admin, Effect::Reads, "listCredentials", listCredentials},
    Route{Method::Put, "/credentials/{host}", Access::Admin, Effect::Configures, "setCredential", setCredential},
    Route{Method::Delete, "/credentials/{host}", Access::Admin, Effect::Configures, "removeCredential",
          removeCredential},

    Route{Method::Get, "/repositories", Access::Reader, Effect::Reads, "listRepositories", listRepositories},
    Route{Method::Get, "/repository", Access::Reader, Effect::Reads, "getRepository", getRepository},
    Route{Method::Delete, "/repository", Access::Reader, Effect::Changes, "deleteRepository", deleteRepository},
    Route{Method::Get, "/tags", Access::Reader, Effect::Reads, "listTags", listTags},
    Route{Method::Get, "/manifest", Access::Reader, Effect::Reads, "getManifest", getManifest},
    Route{Method::Delete, "/manifest", Access::Reader, Effect::Changes, "deleteManifest", deleteManifest},
    Route{Method::Get, "/image", Access::Reader, Effect::Reads, "getImage", getImage},
    Route{Method::Get, "/referrers", Access::Reader, Effect::Reads, "listReferrers", listReferrers},
    Route{Method::Get, "/blocks", Access::Admin, Effect::Reads, "listBlocks", listBlocks},
    Route{Method::Post, "/blocks", Access::Admin, Effect::Configures, "addBlock", addBlock},
    Route{Method::Delete, "/blocks/{id}", Access::Admin, Effect::Configures, "removeBlock", removeBlock},
    Route{Method::Get, "/pins", Access::Reader, Effect::Reads, "listPins", listPins},
    Route{Method::Put, "/pins", Access::Admin, Effect::Changes, "pin", pin},
    Route{Method::Delete, "/pins", Access::Admin, Effect::Changes, "unpin", unpin},
    Route{Method::Post, "/recheck", Access::Admin, Effect::Changes, "recheck", recheck},

    Route{Method::Get, "/storage", Access::Admin, Effect::Reads, "getStorage", getStorage},
    Route{Method::Get, "/storage/tree", Access::Admin, Effect::Reads, "storageTree", storageTree},
    Route{Method::Get, "/storage/preview", Access::Admin, Effect::Reads, "previewRemoval", previewRemoval},

    Route{Method::Get, "/audit", Access::Admin, Effect::Reads, "listAudit", listAudit},
    Route{Method::Get, "/node-setup", Access::Insider, Effect::Reads, "getNodeSetup", getNodeSetup},
    Route{Method::Get, "/node-setup/check", Access::Reader, Effect::Reads, "checkNodeSetup", checkNodeSetup},
};

struct Match {
  const Route* route = nullptr;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string methods;  // of all routes with this path; "" if there is no such path
};

void addMethod(Match& match, Method method) {
  if (!match.methods.empty()) match.methods += ", ";
  match.methods += http::toString(method);
  if (method == Method::Get) match.methods += ", HEAD";
}

std::string_view takeSegment(std::string_view& path) {
  auto end = std::min(path.find('/', 1), path.size());
  auto segment = path.substr(1, end - 1);
  path.remove_prefix(end);
  return segment;
}

// The parameters of `path` if the pattern takes it.
std::optional<std::vector<std::pair<std::string, std::string>>> take(std::string_view pattern, std::string_view path) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!pattern.empty() && !path.empty()) {
    auto expected = takeSegment(pattern);
    auto given = takeSegment(path);
    if (!expected.starts_with('{')) {
      if (expected != given) return std::nullopt;
      continue;
    }
    auto value = http::percentDecode(given);
    if (!value || value->empty()) return std::nullopt;
    parameters.emplace_back(expected.substr(1, expected.size() - 2), std::move(*value));
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

Match find(Method method, std::string_view path) {
  // HEAD is GET without the body (RFC 9110, section 9.3.2).
  if (method == Method::Head) method = Method::Get;
  Match match;
  // A path without parameters comes before one with some (OpenAPI 3.1, Paths Object): "ended" is nobody's id.
  const bool isLiteral = std::ranges::find(kRoutes, path, &Route::path) != kRoutes.end();
  for (const auto& route : kRoutes) {
    if (isLiteral && route.path != path) continue;
    auto parameters = take(route.path, path);
    if (!parameters) continue;
    addMethod(match, route.method);
    if (route.method != method || match.route) continue;
    match.route = &route;
    match.parameters = std::move(*parameters);
  }
  return match;
}

http::Response notLoggedIn(const core::Error& error) {
  auto response = problemResponse(error);
  // No Basic challenge: a browser would open its own window for it, and keep what is typed there.
  if (response.status == 401) response.set("WWW-Authenticate", "Session realm=\"larder\"");
  return response;
}

http::Response notAllowed(const Caller& caller, std::string_view who) {
  if (caller.identity->isAnonymous()) {
    return notLoggedIn({core::ErrorCode::Unauthorized, "Log in as " + std::string(who) + " to do this."});
  }
  return problemResponse(403, caller.identity->name +
                                  " is not allowed to do this. Admins are listed in http.accessControl.adminPolicy and "
                                  "larder.management.admins.");
}

std::optional<http::Response> refuseAccess(const PolicyState& state, const http::RequestHead& head, const Route& route,
                                           const Caller& caller) {
  if (auto refusal = refuseHost(state, head)) return refusal;
  bool isRead = head.method == Method::Get || head.method == Method::Head;
  if (!isRead && route.operationId != "createSession") {
    if (auto refusal = refuseWithoutToken(head, caller)) return refusal;
  }
  bool forReaders = route.access == Access::Reader || route.access == Access::Insider;
  if (forReaders && !caller.reads) return notAllowed(caller, "a user");
  if (route.access == Access::Insider && !caller.seesFigures) return notAllowed(caller, "a user");
  if (route.access == Access::Admin && !caller.admin) {
    return caller.open ? problemResponse(403, howToProve()) : notAllowed(caller, "an admin");
  }
  return std::nullopt;
}

// What the call does, by its body where that tells.
Effect effectOf(const Route& route, const Json& body) {
  if (route.effect != Effect::MayTry) return route.effect;
  auto draft = body.is_object() ? body.find("draft") : body.end();
  return draft == body.end() || draft->is_null() ? Effect::Reads : Effect::Tries;
}

std::optional<http::Response> refuseEffect(const PolicyState& state, Effect effect, const Caller& caller) {
  if (effect == Effect::Reads || effect == Effect::MayTry) return std::nullopt;
  if (caller.open && !caller.changes) return problemResponse(403, howToProve());
  if (effect == Effect::Changes || !state.policy.config->larder.management.readOnly) return std::nullopt;
  return problemResponse(
      403, effect == Effect::Tries
               ? "larder.management.readOnly is set, so configuration changes and tests of them are refused."
               : "larder.management.readOnly is set, so configuration changes are refused.");
}

void audit(Services& services, const http::RequestHead& head, std::string user, std::string_view action,
           ChangeNote note, int status) {
  AuditEvent event;
  event.user = std::move(user);
  event.remote = head.remoteAddress;
  event.action = action;
  event.method = head.methodText;
  event.object = note.object.empty() ? std::string(head.path) : std::move(note.object);
  event.status = status;
  event.before = std::move(note.before);
  event.after = std::move(note.after);
  services.parts.audit.record(std::move(event));
}

runtime::Task<http::Response> answer(Services* services, std::shared_ptr<const PolicyState> state,
                                     http::Request* request) {
  const auto& head = request->head;
  auto match = find(head.method, head.path.substr(kPrefix.size()));
  if (head.method == Method::Options) co_return answerPreflight(*state, head, match.methods + ", OPTIONS");
  if (auto refusal = refuseOrigin(*state, head)) co_return std::move(*refusal);
  if (match.methods.empty()) co_return problemResponse(404, "No such path in the management API.");
  if (!match.route) {
    auto response = problemResponse(405, "Method not allowed. This path allows " + match.methods + ".");
    response.set("Allow", match.methods);
    co_return response;
  }
  const auto& route = *match.route;
  auto caller = co_await identifyCaller(services, state, request);
  // What anyone may ask, whoever holds a session that is over may ask too: to log in again, for one.
  if (!caller && route.access == Access::Public && head.field("Authorization").empty()) {
    caller = anonymousCaller(*state);
  }
  if (!caller) {
    auto response = notLoggedIn(caller.error());
    auditFailedLogin(*services, *state, head, std::string(head.path), auth::claimedName(head.field("Authorization")),
                     response.status);
    co_return response;
  }
  auto who = std::move(*caller);
  if (who.identity->isAnonymous() && !who.open && mayBeRebound(*state, head)) who.reads = who.seesFigures = false;
  auto refused = [&](http::Response refusal, Effect effect) {
    if (effect != Effect::Reads) audit(*services, head, who.identity->name, route.operationId, {}, refusal.status);
    refusal.user = nameOf(who.identity);
    return refusal;
  };
  auto refusal = refuseAccess(*state, head, route, who);
  if (!refusal) refusal = refuseEffect(*state, route.effect, who);
  if (refusal) co_return refused(std::move(*refusal), route.effect);
  if (auto fault = refuseQuery(head)) co_return std::move(*fault);
  auto body = co_await readBody(services->parts.blocking, request);
  if (!body) co_return std::move(body.error());
  auto effect = effectOf(route, *body);
  if (auto draft = refuseEffect(*state, effect, who)) co_return refused(std::move(*draft), effect);

  ChangeNote note;
  auto identity = who.identity;
  // Never on an io thread: what an admin asks for may take its time, and wait for locks that the background holds.
  auto response = co_await runtime::runOn(
      services->adminQueue(), route.handler(Call{services, request, state, std::move(who), std::move(match.parameters),
                                                 std::move(*body), &note}));
  if (effect != Effect::Reads) {
    audit(*services, head, identity->name, route.operationId, std::move(note), response.status);
  }
  if (!response.user) response.user = nameOf(std::move(identity));
  co_return response;
}

void dropBody(http::Response& response) {
  if (const auto* own = std::get_if<std::string>(&response.body)) response.contentLength = own->size();
  if (const auto* shared = std::get_if<http::SharedBytes>(&response.body)) response.contentLength = (*shared)->size();
  response.body = std::monostate{};
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

runtime::Task<http::Response> dispatch(Services* services, std::shared_ptr<const PolicyState> state,
                                       http::Request* request) {
  auto response = co_await answer(services, state, request);
  setApiFields(response);
  setAllowedOrigin(response, *state, request->head);
  if (request->head.method == Method::Head) dropBody(response);
  co_return response;
}

}  // namespace larder::api::admin
