#include "oci/routes.hpp"

#include <array>
#include <optional>
#include <utility>

#include "browser_guard.hpp"
#include "fields.hpp"
#include "oci/handlers.hpp"

namespace larder::api::oci {
namespace {

using http::Method;

// What a route needs before its handler runs.
enum class Permission {
  Root,    // whoever may read anything; every known user
  Read,    // with `ns`: of the local repository that stands for it
  Create,  // uploads
  Delete,
  ByContent,  // the handler asks: the push of a manifest, where the tag decides
};

struct Route {
  OciRoute route;
  Method method;
  Permission permission;
  Answer (*handler)(Call);
};

constexpr std::array kRoutes{
    Route{OciRoute::Root, Method::Get, Permission::Root, getRoot},
    Route{OciRoute::Root, Method::Head, Permission::Root, getRoot},
    Route{OciRoute::Discover, Method::Get, Permission::Root, getExtensions},
    Route{OciRoute::Catalog, Method::Get, Permission::Root, getCatalog},
    Route{OciRoute::Tags, Method::Get, Permission::Read, getTags},
    Route{OciRoute::Referrers, Method::Get, Permission::Read, getReferrers},
    Route{OciRoute::Manifest, Method::Get, Permission::Read, getManifest},
    Route{OciRoute::Manifest, Method::Head, Permission::Read, getManifest},
    Route{OciRoute::Manifest, Method::Put, Permission::ByContent, putManifest},
    Route{OciRoute::Manifest, Method::Delete, Permission::Delete, deleteManifest},
    Route{OciRoute::Blob, Method::Get, Permission::Read, getBlob},
    Route{OciRoute::Blob, Method::Head, Permission::Read, headBlob},
    Route{OciRoute::Blob, Method::Delete, Permission::Delete, deleteBlob},
    Route{OciRoute::UploadStart, Method::Post, Permission::Create, startUpload},
    Route{OciRoute::Upload, Method::Get, Permission::Create, uploadStatus},
    Route{OciRoute::Upload, Method::Patch, Permission::Create, patchUpload},
    Route{OciRoute::Upload, Method::Put, Permission::Create, finishUpload},
    Route{OciRoute::Upload, Method::Delete, Permission::Create, cancelUpload},
};

bool hasName(OciRoute route) {
  return route != OciRoute::Root && route != OciRoute::Catalog && route != OciRoute::Discover;
}

Subject subjectOf(OciRoute route) {
  switch (route) {
    case OciRoute::Manifest:
      return Subject::Manifest;
    case OciRoute::Blob:
    case OciRoute::Upload:
    case OciRoute::UploadStart:
      return Subject::Blob;
    default:
      return Subject::Repository;
  }
}

// Access control speaks of local repositories, and with `ns` the name in the path is the upstream's: then it is asked
// about the place that the rules give it, whatever name it was first pulled by.
runtime::Task<std::optional<http::Response>> refuseRead(Call call, OciRoute route) {
  if (call.ns.empty() || !call.state->accessControlled) co_return call.refuseUnless(call.name, auth::Action::Read);
  auto explained = co_await call.registry().sync().explainRoute(call.name, call.ns, "");
  if (!explained) co_return failed(call, explained.error(), subjectOf(route));
  co_return call.refuseUnless(explained->place, auth::Action::Read);
}

runtime::Task<std::optional<http::Response>> refuse(Call call, Permission permission, OciRoute route) {
  switch (permission) {
    case Permission::Root:
      if (!call.identity->isAnonymous()) co_return std::nullopt;
      co_return call.refuseUnless("", auth::Action::Read);
    case Permission::Read:
      co_return co_await refuseRead(call, route);
    case Permission::Create:
      co_return call.refuseUnless(call.name, auth::Action::Create);
    case Permission::Delete:
      co_return call.refuseUnless(call.name, auth::Action::Delete);
    case Permission::ByContent:
      break;
  }
  co_return std::nullopt;
}

const Route* routeOf(const Call& call, OciRoute wanted) {
  for (const auto& candidate : kRoutes) {
    if (candidate.route == wanted && candidate.method == call.head().method) return &candidate;
  }
  return nullptr;
}

// Fills in what the path and the query name. The answer to what is not a request of this API.
[[gnu::noinline]] std::optional<http::Response> complete(Call& call, const OciPath& path, const Route* route) {
  if (path.route == OciRoute::None) {
    return errorResponse({core::ErrorCode::NotFound, "No such path in the OCI distribution API."}, Subject::Repository);
  }
  if (!route) {
    auto response = errorResponse({core::ErrorCode::Unsupported, "Method not allowed."}, Subject::Repository);
    response.set("Allow", allowedMethods(path.route));
    return response;
  }
  call.name = path.name;
  call.reference = path.reference;
  if (hasName(path.route) && !core::isRepositoryName(call.name)) {
    return errorResponse({core::ErrorCode::NameInvalid,
                          "A repository name has at most 255 characters: lower-case letters and digits, with single "
                          "separators between them."},
                         Subject::Repository);
  }
  if (auto ns = call.head().queryParameter("ns"); ns && !ns->empty()) {
    if (!isNamespaceHost(*ns)) {
      return errorResponse({core::ErrorCode::NameInvalid, "The parameter ns is not a registry host."},
                           Subject::Repository);
    }
    call.ns = std::move(*ns);
  }
  return std::nullopt;
}

// What is worth a line in the audit log: changes that clients see, tried or done.
const char* auditedAction(OciRoute route, Method method) {
  bool content = route == OciRoute::Manifest || route == OciRoute::Blob;
  if (content && method == Method::Delete) return "delete";
  bool push = (route == OciRoute::Manifest || route == OciRoute::Upload) && method == Method::Put;
  return push ? "push" : nullptr;
}

[[gnu::noinline]] void audit(const Services& services, const http::RequestHead& head, const OciPath& path,
                             const std::string& user, int status) {
  const auto* action = auditedAction(path.route, head.method);
  if (!action) return;
  std::string object(path.name);
  if (path.route == OciRoute::Upload) {
    object += "@" + head.queryParameter("digest").value_or("");
  } else {
    object += (path.reference.find(':') == std::string_view::npos ? ":" : "@") + std::string(path.reference);
  }
  services.parts.audit.record(
      {user, std::string(head.remoteAddress), action, std::string(head.methodText), std::move(object), status});
}

// The answer to a page of another site that may not ask this.
[[gnu::noinline]] std::optional<http::Response> refusePage(const Services& services, const PolicyState& state,
                                                           const http::RequestHead& head, std::string_view path) {
  auto fault = faultOfPage(state, head);
  if (!fault) return std::nullopt;
  auto response = errorResponse(*fault, Subject::Repository);
  audit(services, head, parseOciPath(path), {}, response.status);
  setCommonFields(response);
  return response;
}

}  // namespace

std::string allowedMethods(OciRoute route) {
  std::string allowed;
  for (const auto& candidate : kRoutes) {
    if (candidate.route != route) continue;
    if (!allowed.empty()) allowed += ", ";
    allowed += http::toString(candidate.method);
  }
  return allowed;
}

// One coroutine for all of it: hundreds may wait for an upstream, and each holds a frame less.
runtime::Task<http::Response> dispatch(Services* services, std::shared_ptr<const PolicyState> state,
                                       http::Request* request, std::string path) {
  if (auto refused = refusePage(*services, *state, request->head, path)) co_return std::move(*refused);
  auto identity = co_await logIn(services, state, &request->head, path);
  if (!identity) {
    setCommonFields(identity.error());
    co_return std::move(identity.error());
  }
  auto user = nameOf(*identity);
  auto parsed = parseOciPath(path);
  Call call{services, request, std::move(state), std::move(*identity), {}, {}, {}};
  const auto* route = routeOf(call, parsed.route);
  auto response = complete(call, parsed, route);
  if (!response) response = co_await refuse(call, route->permission, route->route);
  if (!response) {
    auto ns = route->permission == Permission::Read ? call.ns : std::string();
    response = co_await route->handler(std::move(call));
    if (!ns.empty() && response->status < 400) response->set("OCI-Namespace", std::move(ns));
  }
  setCommonFields(*response);
  audit(*services, request->head, parsed, *user, response->status);
  response->user = std::move(user);
  co_return std::move(*response);
}

}  // namespace larder::api::oci
