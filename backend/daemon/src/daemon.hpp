// The composition root: makes every part of the daemon, in one place.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine.hpp"
#include "larder/api/audit_log.hpp"
#include "larder/api/server_handler.hpp"
#include "larder/auth/login_guard.hpp"
#include "larder/config/editor.hpp"
#include "larder/http/server.hpp"
#include "local_token.hpp"

namespace larder::daemon {

class Daemon {
 public:
  // Opens the stores and binds the port; the error says what is in the way.
  // `editor` and `logs` must outlive it.
  static core::Result<std::unique_ptr<Daemon>> make(const config::Snapshot& config, config::Editor& editor,
                                                    const telemetry::LogTail& logs);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Serves from now on.
  void start();
  // Takes what can be changed while running, all of it or, on failure, nothing of what could be refused.
  core::Result<void> apply(const config::Snapshot& config);
  // Ends what runs. Not ready from its start on; for a few seconds, while anybody is connected, new connections are
  // still served. Then requests have `grace` to end, and downloads stop.
  runtime::Task<> shutdown(std::chrono::milliseconds grace);

  Engine& engine() { return *engine_; }
  api::AuditLog& audit() { return *audit_; }
  // "127.0.0.1:5000": where it listens.
  std::string address() const;
  bool servesTls() const { return servesTls_; }
  // The local token's text. "" where somebody can log in, and where larder.management.open makes it needless. From any
  // thread: a reload renews it.
  std::string token() const;

 private:
  Daemon() = default;
  // Makes the token if `config` needs one, and takes it away if not. The token's text, "" without one.
  std::string renewToken(const config::Config& config);

  std::unique_ptr<Engine> engine_;
  std::atomic<bool> ready_{false};
  std::unique_ptr<api::AuditLog> audit_;
  std::shared_ptr<auth::LoginGuard> loginGuard_;
  std::unique_ptr<api::ServerHandler> handler_;
  std::unique_ptr<http::Server> server_;
  mutable std::mutex tokenMutex_;
  std::unique_ptr<LocalToken> token_;
  bool servesTls_ = false;  // fixed at the start, whatever is configured later
};

}  // namespace larder::daemon
