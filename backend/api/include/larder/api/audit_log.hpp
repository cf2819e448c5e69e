// AuditLog: who changed what, and who failed to log in, as JSON lines in a file of its own (config log.audit).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::api {

struct AuditEvent {
  std::string user;    // who has logged in; "" for the anonymous, and where the login failed
  std::string remote;  // address of the client
  std::string action;  // push, delete, login, or an operation of the management API
  std::string method;  // of the request
  std::string object;  // "team/app:1.0", "team/app@sha256:…", the name of a user
  int status = 0;      // of the answer
  // What a change replaced and by what, without secrets; null where there is nothing to tell.
  nlohmann::ordered_json before = nullptr;
  nlohmann::ordered_json after = nullptr;
  std::string tried = "";  // of a failed login: the account whose name was given
};

// Thread-safe. Lines are written in order by the blocking pool; what the file does not take, on a full disk, is tried
// again until it does. At most kMaxPending wait, beyond that the newest are lost and the number of them is written as
// soon as there is room.
//
// No client can fill the disk with it: texts are cut to some hundred bytes; what repeats an entry of the last minute is
// counted and written as one line with `repeated`. Failures repeat each other whatever their object (wrong passwords
// only for the same name), done things only with the same one, and changes that have a before and after never.
class AuditLog {
 public:
  static constexpr std::size_t kMaxPending = 10000;

  // larder_audit_lost_total counts what is lost. `metrics` must outlive it.
  AuditLog(runtime::Executor blocking, telemetry::MetricRegistry& metrics);
  ~AuditLog();  // flush()
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Writes to `path` from now on; an empty path turns the log off. Io if the file cannot be opened: the log then stays
  // as it was. Blocks.
  core::Result<void> open(const std::filesystem::path& path);
  // At `maxBytes` (0: never) the file is renamed to path.1, and so on up to path.<keep>. May wait for a write.
  void rotateAt(std::uint64_t maxBytes, unsigned keep);
  // Opens the same path again, for log rotation. Blocks.
  core::Result<void> reopen();
  // Where it writes to, empty while it is off. May wait for a write.
  std::filesystem::path path() const;
  // Does nothing while the log is off. Never blocks.
  void record(AuditEvent event);
  // Writes what is pending, counts included. Blocks.
  void flush();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace larder::api
