// The HTTP surface of the daemon: routes requests to the OCI handlers, the management API, health and metrics, and
// applies authentication, rate limit, access log, audit log and request metrics around them.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "larder/api/audit_log.hpp"
#include "larder/auth/auth.hpp"
#include "larder/config/config.hpp"
#include "larder/config/editor.hpp"
#include "larder/http/server.hpp"
#include "larder/registry/registry.hpp"
#include "larder/runtime/clock.hpp"
#include "larder/telemetry/events.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::api {

// What the handler needs of its host; all of it must outlive the handler.
struct HandlerParts {
  registry::Registry& registry;
  telemetry::MetricRegistry& metrics;
  // Ready to serve: shown by /readyz and /startupz.
  const std::atomic<bool>& ready;
  AuditLog& audit;
  const runtime::Clock& clock;
  runtime::Executor blocking;
  config::Editor& editor;
  telemetry::EventHub& events;
  const telemetry::LogTail& logs;
};

// What changes with the configuration; swapped as one.
struct Policy {
  config::Snapshot config;
  std::shared_ptr<auth::Authenticator> authenticator;
  std::shared_ptr<auth::Authorizer> authorizer;
  // What only who can read the daemon's files knows: where nobody can log in, whoever brings it is an admin. "": there
  // is none.
  std::string localToken = {};
};

class ServerHandler : public http::Handler {
 public:
  static std::unique_ptr<ServerHandler> make(const HandlerParts& parts, Policy policy);
  // Keeps the history of the metrics, and tells consoles what changes, from now on.
  virtual void start(const runtime::Executor& io) = 0;
  // Thread-safe; requests that run keep the policy that they began with.
  virtual void reconfigure(Policy policy) = 0;
};

// The ready-made header lines of a cached manifest (registry::HeadFormatter).
std::string formatManifestHead(const registry::ManifestAnswer& answer);

}  // namespace larder::api
