#include "larder/api/audit_log.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "larder/apitypes/time.hpp"

namespace larder::api {

struct AuditLog::State {
  runtime::Executor blocking;
  std::atomic<bool> enabled{false};

  std::mutex queueMutex;
  std::deque<std::string> pending;
  std::size_t lost = 0;
  bool draining = false;

  std::mutex fileMutex;  // held while writing: lines keep their order
  std::filesystem::path path;
  int descriptor = -1;

  explicit State(runtime::Executor pool) : blocking(std::move(pool)) {}
  ~State() {
    if (descriptor >= 0) ::close(descriptor);
  }

  core::Result<void> openLocked(const std::filesystem::path& where) {
    int opened = -1;
    if (!where.empty()) {
      opened = ::open(where.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
      if (opened < 0) {
        return core::fail(core::ErrorCode::Io,
                          "The audit log cannot be opened: " + std::generic_category().message(errno) +
                              ". Make its directory writable for larderd, or change log.audit.",
                          where.string());
      }
    }
    if (descriptor >= 0) ::close(descriptor);
    descriptor = opened;
    path = where;
    enabled = opened >= 0;
    return {};
  }

  void writeLocked(const std::string& lines) {
    std::size_t done = 0;
    while (descriptor >= 0 && done < lines.size()) {
      ssize_t n = ::write(descriptor, lines.data() + done, lines.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        spdlog::error("audit_log_write_failed path={} error={}", path.string(), std::generic_category().message(errno));
        return;
      }
      done += static_cast<std::size_t>(n);
    }
  }

  void drain() {
    std::lock_guard file(fileMutex);
    while (true) {
      std::string lines;
      {
        std::lock_guard lock(queueMutex);
        if (pending.empty() && lost == 0) {
          draining = false;
          return;
        }
        for (const auto& line : pending) lines += line;
        pending.clear();
        if (lost > 0) {
          auto now = apitypes::formatTime(std::chrono::system_clock::now());
          lines += nlohmann::ordered_json{{"time", now}, {"action", "audit-lines-lost"}, {"count", lost}}.dump() + "\n";
        }
        lost = 0;
      }
      writeLocked(lines);
    }
  }

  static runtime::Task<> run(std::shared_ptr<State> state) {
    state->drain();
    co_return;
  }
};

AuditLog::AuditLog(runtime::Executor blocking) : state_(std::make_shared<State>(std::move(blocking))) {}

AuditLog::~AuditLog() {
  flush();
}

core::Result<void> AuditLog::open(const std::filesystem::path& path) {
  std::lock_guard file(state_->fileMutex);
  return state_->openLocked(path);
}

core::Result<void> AuditLog::reopen() {
  std::lock_guard file(state_->fileMutex);
  return state_->openLocked(std::filesystem::path(state_->path));
}

std::filesystem::path AuditLog::path() const {
  std::lock_guard file(state_->fileMutex);
  return state_->path;
}

void AuditLog::record(AuditEvent event) {
  if (!state_->enabled) return;
  nlohmann::ordered_json line;
  line["time"] = apitypes::formatTime(std::chrono::system_clock::now());
  line["user"] = event.user;
  line["remote"] = event.remote;
  line["action"] = event.action;
  line["method"] = event.method;
  line["object"] = event.object;
  line["result"] = event.status < 400 ? "success" : event.status == 401 || event.status == 403 ? "denied" : "failed";
  line["status"] = event.status;
  if (!event.before.is_null()) line["before"] = std::move(event.before);
  if (!event.after.is_null()) line["after"] = std::move(event.after);
  // Names come from the network: what is no UTF-8 is replaced rather than thrown about.
  auto text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  {
    std::lock_guard lock(state_->queueMutex);
    if (state_->pending.size() >= kMaxPending) {
      ++state_->lost;
      return;
    }
    state_->pending.push_back(std::move(text));
    if (std::exchange(state_->draining, true)) return;
  }
  runtime::spawn(state_->blocking, "audit-log", State::run(state_));
}

void AuditLog::flush() {
  state_->drain();
}

}  // namespace larder::api
