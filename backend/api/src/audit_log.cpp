#include "larder/api/audit_log.hpp"

#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "audit_file.hpp"
#include "larder/apitypes/time.hpp"
#include "larder/runtime/last_failure.hpp"

namespace larder::api {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kRepeatWindow{60};
// At most so many kinds of entry are counted at a time.
constexpr std::size_t kMaxKinds = 1024;
// More than any name, path or digest that means something.
constexpr std::size_t kMaxText = 512;
constexpr std::size_t kMaxChange = 32 * 1024;
// After a write that failed.
constexpr std::chrono::seconds kRetry{5};
constexpr std::chrono::seconds kLostEvery{1};

std::string bounded(std::string text) {
  if (text.size() <= kMaxText) return text;
  auto left = text.size() - kMaxText;
  text.resize(kMaxText);
  return text + "… (" + std::to_string(left) + " more bytes)";
}

Json bounded(Json change) {
  auto size = change.dump(-1, ' ', false, Json::error_handler_t::replace).size();
  if (size <= kMaxChange) return change;
  return "(" + std::to_string(size) + " bytes, too large to log)";
}

bool failed(const AuditEvent& event) {
  return event.status >= 400;
}

// What makes two entries the same. Of a failure the object is not part of it: whoever tries many would fill the file.
std::string kindOf(const AuditEvent& event) {
  auto kind = event.user + '\n' + event.remote + '\n' + event.action + '\n' + event.method + '\n' +
              std::to_string(event.status);
  if (!failed(event)) kind += '\n' + event.object;
  // Whoever is over the limit of guesses could name anybody; until then there are few.
  if (event.status == 401) kind += '\n' + event.tried;
  return kind;
}

// Names come from the network: what is no UTF-8 is replaced rather than thrown about.
std::string textOf(const Json& line) {
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json lineOf(const AuditEvent& event) {
  Json line;
  line["time"] = apitypes::formatTime(std::chrono::system_clock::now());
  line["user"] = event.user;
  if (!event.tried.empty()) line["tried"] = event.tried;
  line["remote"] = event.remote;
  line["action"] = event.action;
  line["method"] = event.method;
  line["object"] = event.object;
  line["result"] = event.status < 400 ? "success" : event.status == 401 || event.status == 403 ? "denied" : "failed";
  line["status"] = event.status;
  return line;
}

}  // namespace

struct AuditLog::State {
  // An entry that was written, and how often the same has come since.
  struct Repeats {
    AuditEvent latest;
    std::size_t count = 0;
    Clock::time_point until;
  };

  runtime::Executor blocking;
  std::atomic<bool> enabled{false};

  std::mutex queueMutex;
  std::deque<std::string> pending;
  std::map<std::string, Repeats> kinds;
  std::size_t lost = 0;
  bool draining = false;
  bool ticking = false;

  std::mutex fileMutex;  // held while writing: lines keep their order
  AuditFile file;
  runtime::LastFailure failure;

  std::shared_ptr<telemetry::Counter> lostEntries;

  State(runtime::Executor pool, telemetry::MetricRegistry& metrics)
      : blocking(std::move(pool)),
        lostEntries(metrics.counter(
            "larder_audit_lost_total",
            "Entries missing from the audit log because it could not be written, or not fast enough.")) {}

  core::Result<void> openLocked(const std::filesystem::path& where) {
    if (auto opened = file.open(where); !opened) return opened;
    enabled = file.isOpen();
    return {};
  }

  // Under queueMutex: the lines about what was repeated until now; forgets those whose time is over.
  void noteRepeats(Clock::time_point now, bool all) {
    for (auto kind = kinds.begin(); kind != kinds.end();) {
      auto& [name, repeats] = *kind;
      bool over = repeats.until <= now;
      if (repeats.count > 0 && (over || all)) {
        auto line = lineOf(repeats.latest);
        line["repeated"] = std::exchange(repeats.count, 0);
        pending.push_back(textOf(line));
      }
      kind = over ? kinds.erase(kind) : std::next(kind);
    }
  }

  // Under queueMutex: whether the entry is one of a kind that is being counted.
  bool isRepeated(const AuditEvent& event, Clock::time_point now) {
    auto kind = kindOf(event);
    auto found = kinds.find(kind);
    if (found != kinds.end() && found->second.until > now) {
      ++found->second.count;
      found->second.latest = event;
      return true;
    }
    if (found != kinds.end() || kinds.size() >= kMaxKinds) noteRepeats(now, false);
    if (kinds.size() < kMaxKinds) {
      kinds[std::move(kind)] = {event, 0, now + kRepeatWindow};
      return false;
    }
    // Changes that were made are all noted.
    if (!failed(event)) return false;
    lose(1);
    return true;
  }

  // Under queueMutex.
  void lose(std::size_t count) {
    lost += count;
    lostEntries->add(count);
  }

  // Writes what is pending. False if the file does not take it all; the rest stays.
  bool drain() {
    std::lock_guard lockFile(fileMutex);
    bool told = false;  // what is lost, in one line
    while (true) {
      std::deque<std::string> batch;
      std::size_t missing = 0;
      {
        std::lock_guard lock(queueMutex);
        if (pending.empty() && (lost == 0 || told)) return true;
        batch.swap(pending);
        if (!told) missing = std::exchange(lost, 0);
        told |= missing > 0;
      }
      std::string lines;
      for (const auto& line : batch) lines += line;
      if (missing > 0) {
        auto now = apitypes::formatTime(std::chrono::system_clock::now());
        lines += textOf({{"time", now}, {"action", "audit-lines-lost"}, {"count", missing}});
      }
      auto failed = file.write(lines);
      if (!failed) {
        if (failure.ended()) spdlog::info("audit_log_written_again path={}", file.path().string());
        continue;
      }
      if (failure.isNews(failed->error.message)) {
        spdlog::error(
            "audit_log_write_failed path={} error=\"{}\" hint=\"Free disk space; {} entries are buffered in memory.\"",
            failed->error.where, failed->error.message, kMaxPending);
      }
      putBack(std::move(batch), missing, failed->written);
      return false;
    }
  }

  // What came meanwhile goes behind, as far as there is room for it.
  void putBack(std::deque<std::string> batch, std::size_t missing, std::size_t written) {
    while (!batch.empty() && written >= batch.front().size()) {
      written -= batch.front().size();
      batch.pop_front();
    }
    std::lock_guard lock(queueMutex);
    lost += missing;
    while (!pending.empty() && batch.size() < kMaxPending) {
      batch.push_back(std::move(pending.front()));
      pending.pop_front();
    }
    lose(pending.size());
    pending = std::move(batch);
  }

  // Until all is written; there is one at a time.
  static runtime::Task<> run(std::shared_ptr<State> state) {
    while (true) {
      bool written = state->drain();
      if (!written) {
        co_await runtime::sleepFor(kRetry);
        continue;
      }
      {
        std::lock_guard lock(state->queueMutex);
        if (!state->pending.empty()) continue;
        if (state->lost == 0) {
          state->draining = false;
          break;
        }
      }
      // A flood of what is not written is told now and then, and not in as many lines.
      co_await runtime::sleepFor(kLostEvery);
    }
  }

  // Under queueMutex, which the writing takes, too: it must not begin before this has returned, as a spawned task does
  // where the caller is of the same pool.
  static void start(const std::shared_ptr<State>& state) {
    if (std::exchange(state->draining, true)) return;
    boost::asio::post(state->blocking, [state] { runtime::spawn(state->blocking, "audit-log", run(state)); });
  }

  // While something is counted: writes the counts when their time is over.
  static runtime::Task<> tick(std::shared_ptr<State> state) {
    while (true) {
      co_await runtime::sleepFor(kRepeatWindow / 4);
      std::lock_guard lock(state->queueMutex);
      state->noteRepeats(Clock::now(), false);
      start(state);
      if (!state->kinds.empty()) continue;
      state->ticking = false;
      break;
    }
  }
};

AuditLog::AuditLog(runtime::Executor blocking, telemetry::MetricRegistry& metrics)
    : state_(std::make_shared<State>(std::move(blocking), metrics)) {}

AuditLog::~AuditLog() {
  flush();
  std::lock_guard lock(state_->queueMutex);
  if (auto left = state_->pending.size(); left > 0) spdlog::error("audit_log_lines_lost count={}", left);
}

core::Result<void> AuditLog::open(const std::filesystem::path& path) {
  std::lock_guard file(state_->fileMutex);
  return state_->openLocked(path);
}

core::Result<void> AuditLog::reopen() {
  std::lock_guard file(state_->fileMutex);
  return state_->openLocked(std::filesystem::path(state_->file.path()));
}

void AuditLog::rotateAt(std::uint64_t maxBytes, unsigned keep) {
  std::lock_guard file(state_->fileMutex);
  state_->file.rotateAt(maxBytes, keep);
}

std::filesystem::path AuditLog::path() const {
  std::lock_guard file(state_->fileMutex);
  return state_->file.path();
}

void AuditLog::record(AuditEvent event) {
  if (!state_->enabled) return;
  for (auto* text : {&event.user, &event.remote, &event.action, &event.method, &event.object, &event.tried}) {
    *text = bounded(std::move(*text));
  }
  bool isChange = !event.before.is_null() || !event.after.is_null();
  auto before = std::exchange(event.before, nullptr), after = std::exchange(event.after, nullptr);
  {
    std::lock_guard lock(state_->queueMutex);
    if (!isChange && state_->isRepeated(event, Clock::now())) return;
    if (state_->pending.size() >= kMaxPending) {
      state_->lose(1);
      return;
    }
    auto line = lineOf(event);
    if (!before.is_null()) line["before"] = bounded(std::move(before));
    if (!after.is_null()) line["after"] = bounded(std::move(after));
    state_->pending.push_back(textOf(line));
    if (!state_->kinds.empty() && !std::exchange(state_->ticking, true)) {
      runtime::spawn(state_->blocking, "audit-log-repeats", State::tick(state_));
    }
    State::start(state_);
  }
}

void AuditLog::flush() {
  {
    std::lock_guard lock(state_->queueMutex);
    state_->noteRepeats(Clock::now(), true);
  }
  state_->drain();
}

}  // namespace larder::api
