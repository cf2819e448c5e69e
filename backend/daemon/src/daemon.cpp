#include "daemon.hpp"

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>
#include <utility>

#include "adoption.hpp"
#include "larder/auth/configured.hpp"
#include "larder/auth/methods.hpp"
#include "larder/runtime/limits.hpp"
#include "named_files.hpp"

namespace larder::daemon {
namespace {

core::Result<api::Policy> makePolicy(config::Snapshot config, Engine& engine,
                                     const std::shared_ptr<auth::LoginGuard>& guard) {
  auto refusals = [&metrics = engine.metrics()](std::string_view method) {
    return metrics.counter("larder_auth_failures_total", "Failed logins by method.", {{"method", std::string(method)}});
  };
  // There before the first, so that a rate has something to begin from.
  if (config->http.auth.htpasswdPath) refusals("htpasswd");
  auto authenticator = auth::makeAuthenticator(
      *config, engine.clock(), engine.runtime().blocking(),
      [refusals](std::string_view method) { refusals(method)->add(); }, guard);
  if (!authenticator) return core::fail(authenticator.error());
  auto authorizer = auth::makeAuthorizer(config);
  return api::Policy{std::move(config), std::move(*authenticator), std::move(authorizer), {}};
}

std::shared_ptr<auth::LoginGuard> makeGuard(const config::Config& config, Engine& engine) {
  auto heldUp = [&metrics = engine.metrics()](std::string_view by) {
    return metrics.counter("larder_auth_held_up_total",
                           "Logins rejected without a password check after too many failures.",
                           {{"by", std::string(by)}});
  };
  auto byAddress = heldUp("address"), byAccount = heldUp("account");
  auto count = [byAddress, byAccount](std::string_view by) { (by == "address" ? byAddress : byAccount)->add(); };
  auto guard = std::make_shared<auth::LoginGuard>(engine.clock(), count);
  guard->limit(config.larder.limits.loginGuesses);
  return guard;
}

// Only while somebody is connected.
constexpr std::chrono::seconds kStillAccepting{3};

http::ServerLimits serverLimits(const config::Config& config) {
  const auto& limits = config.larder.limits;
  return {limits.connections, limits.addressShare, limits.minRate, limits.minRateWindow};
}

void setLimitMetric(Engine& engine, const config::Config& config) {
  engine.metrics()
      .gauge("larder_memory_limit_bytes", "Memory limit of the daemon.")
      ->set(static_cast<double>(runtime::usableMemory(config.larder.memoryLimit)));
}

}  // namespace

core::Result<std::unique_ptr<Daemon>> Daemon::make(const config::Snapshot& config, config::Editor& editor,
                                                   const telemetry::LogTail& logs) {
  std::unique_ptr<Daemon> daemon(new Daemon);
  auto engine = Engine::open(config, Engine::ZotFiles::Adopt);
  if (!engine) return core::fail(engine.error());
  daemon->engine_ = std::move(*engine);
  auto& runtime = daemon->engine_->runtime();

  daemon->audit_ = std::make_unique<api::AuditLog>(runtime.blocking(), daemon->engine_->metrics());
  if (auto opened = daemon->audit_->open(config->log.audit); !opened) return core::fail(opened.error());
  daemon->audit_->rotateAt(config->larder.audit.maxSize, config->larder.audit.keep);
  daemon->loginGuard_ = makeGuard(*config, *daemon->engine_);
  auto policy = makePolicy(config, *daemon->engine_, daemon->loginGuard_);
  if (!policy) return core::fail(policy.error());
  daemon->handler_ = api::ServerHandler::make(
      {daemon->engine_->registry(), daemon->engine_->metrics(), daemon->ready_, *daemon->audit_,
       daemon->engine_->clock(), runtime.blocking(), editor, daemon->engine_->events(), logs},
      *policy);

  http::ServerOptions options;
  options.address = config->http.address;
  options.port = config->http.port;
  options.readTimeout = config->http.readTimeout;
  options.writeTimeout = config->http.writeTimeout;
  options.limits = serverLimits(*config);
  auto server = http::Server::listen(runtime, options, *daemon->handler_, daemon->engine_->metrics());
  if (!server) return core::fail(server.error());
  daemon->server_ = std::move(*server);
  if (config->http.tls) {
    if (auto set = daemon->server_->setTls(tlsFiles(*config)); !set) return core::fail(set.error());
    daemon->servesTls_ = true;
  }
  // Named by the port, which is known only now; nothing is served before start().
  policy->localToken = daemon->renewToken(*config);
  daemon->handler_->reconfigure(std::move(*policy));
  setLimitMetric(*daemon->engine_, *config);
  return daemon;
}

// The threads end first: connections refer to server and handler.
Daemon::~Daemon() {
  if (engine_) engine_->stop();
}

void Daemon::start() {
  engine_->adoption()->start();
  engine_->registry().start();
  handler_->start(engine_->runtime().nextIo());
  server_->start();
  ready_ = true;
}

core::Result<void> Daemon::apply(const config::Snapshot& config) {
  auto policy = makePolicy(config, *engine_, loginGuard_);
  if (!policy) return core::fail(policy.error());
  if (auto opened = audit_->open(config->log.audit); !opened) return core::fail(opened.error());
  if (config->http.tls && servesTls_) {
    if (auto set = server_->setTls(tlsFiles(*config)); !set) {
      auto back = audit_->open(engine_->config()->log.audit);
      return core::fail(back ? set.error() : back.error());
    }
  }
  server_->setTimeouts(config->http.readTimeout, config->http.writeTimeout);
  server_->setLimits(serverLimits(*config));
  audit_->rotateAt(config->larder.audit.maxSize, config->larder.audit.keep);
  loginGuard_->limit(config->larder.limits.loginGuesses);
  engine_->reconfigure(config);
  policy->localToken = renewToken(*config);
  handler_->reconfigure(std::move(*policy));
  setLimitMetric(*engine_, *config);
  telemetry::Event event;
  event.time = engine_->clock().now();
  event.type = "config.changed";
  event.message = "Configuration reloaded.";
  engine_->events().publish(std::move(event));
  return {};
}

std::string Daemon::token() const {
  std::lock_guard lock(tokenMutex_);
  return token_ ? token_->text() : std::string();
}

std::string Daemon::renewToken(const config::Config& config) {
  std::lock_guard lock(tokenMutex_);
  if (auth::authenticationConfigured(config.http) || config.larder.management.open) {
    token_.reset();
    return {};
  }
  if (!token_) {
    auto made = LocalToken::make(config.storage.rootDirectory, server_->port());
    if (!made) {
      spdlog::warn("management.token_missing path={} message=\"{}\"", made.error().where, made.error().message);
      return {};
    }
    token_ = std::move(*made);
    spdlog::info("management.token path={} hint=\"No login is configured: changes need the token in this file.\"",
                 token_->file().string());
  }
  return token_->text();
}

runtime::Task<> Daemon::shutdown(std::chrono::milliseconds grace) {
  ready_ = false;
  engine_->adoption()->stop();
  // Whoever routes to this daemon by its readiness takes a moment to see it: meanwhile clients are still let in, and
  // those who keep a connection are asked to make another one.
  server_->drain();
  auto deadline = std::chrono::steady_clock::now() + kStillAccepting;
  while (server_->connections() > 0 && std::chrono::steady_clock::now() < deadline) {
    co_await runtime::sleepFor(std::chrono::milliseconds(20));
  }
  co_await server_->shutdown(grace);
  co_await engine_->registry().shutdown();
}

std::string Daemon::address() const {
  auto host = engine_->config()->http.address;
  if (host.empty()) host = "0.0.0.0";
  if (host.find(':') != std::string::npos && host.front() != '[') host = "[" + host + "]";
  return host + ":" + std::to_string(server_->port());
}

}  // namespace larder::daemon
