// The route table of the management API and its dispatch. Who calls, whether they may, and whether a web page stands
// behind it is checked here, before a handler runs; what changes something is written to the audit log afterwards.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "admin/handlers.hpp"

namespace larder::api::admin {

inline constexpr std::string_view kPrefix = "/api/v1";

enum class Access {
  Public,   // anyone
  Reader,   // who may read something of the registry; the handler shows no more than that
  Insider,  // a reader who sees how the daemon does and what it is set up with (Caller::seesFigures)
  Admin,
};
enum class Effect {
  Reads,    // changes nothing, whatever the method
  Changes,  // content or jobs
  // Configuration, users, credentials: larder.management.readOnly forbids it.
  Configures,
  // Tries a configuration that is not in force: changes nothing, but makes the daemon read files and connect to hosts
  // that the caller names. Whoever may not make a change may not try it, and it is written down like one.
  Tries,
  // Reads, or Tries where the body has a `draft`.
  MayTry,
};

struct Route {
  http::Method method;
  std::string_view path;  // below kPrefix: "/users/{name}"; a parameter is one segment
  Access access;
  Effect effect;
  std::string_view operationId;  // of resources/openapi.yaml; the action in the audit log
  Answer (*handler)(Call);
};

// Every call that there is.
std::span<const Route> routes();

// Answers a request at or below kPrefix.
runtime::Task<http::Response> dispatch(Services* services, std::shared_ptr<const PolicyState> state,
                                       http::Request* request);

}  // namespace larder::api::admin
