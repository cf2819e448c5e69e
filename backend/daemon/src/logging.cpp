#include "logging.hpp"

#include <fcntl.h>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <system_error>

#include "larder/apitypes/time.hpp"
#include "log_line.hpp"

namespace larder::daemon {
namespace {

// spdlog makes them all at the start, of some 400 bytes each.
constexpr std::size_t kPendingLines = 512;

spdlog::level::level_enum levelOf(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::Trace:
      return spdlog::level::trace;
    case config::LogLevel::Debug:
      return spdlog::level::debug;
    case config::LogLevel::Info:
      return spdlog::level::info;
    case config::LogLevel::Warn:
      return spdlog::level::warn;
    case config::LogLevel::Error:
      break;
  }
  return spdlog::level::err;
}

const char* nameOf(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
      return "trace";
    case spdlog::level::debug:
      return "debug";
    case spdlog::level::info:
      return "info";
    case spdlog::level::warn:
      return "warn";
    default:
      return "error";
  }
}

std::string_view textOf(const spdlog::details::log_msg& message) {
  return {message.payload.data(), message.payload.size()};
}

std::string plainLine(const spdlog::details::log_msg& message) {
  auto level = spdlog::level::to_string_view(message.level);
  std::string line = apitypes::formatTime(message.time) + " ";
  line.append(level.data(), level.size());
  return line + " " + logfmtLine(textOf(message));
}

class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(LogFormat format) : format_(format) {}
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    auto text = format_ == LogFormat::Json ? jsonLogLine(message.time, nameOf(message.level), textOf(message))
                                           : plainLine(message);
    text += '\n';
    line.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<LineFormatter>(format_); }

 private:
  LogFormat format_;
};

}  // namespace

class Logging::Sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit Sink(std::filesystem::path path) : path_(std::move(path)) {}
  ~Sink() override { closeFile(); }

  const telemetry::LogTail& tail() const { return tail_; }
  bool isStandardOutput() const { return path_.empty(); }
  // The queue of lines, before the first one comes. It outlives the thread that takes them from it and calls this.
  void watch(spdlog::details::thread_pool* queue) { queue_ = queue; }

  core::Result<void> open() {
    if (isStandardOutput()) return {};
    int opened = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (opened < 0) {
      return core::fail(core::ErrorCode::Io,
                        "The log cannot be opened: " + std::generic_category().message(errno) +
                            ". Make its directory writable by larderd, or change log.output.",
                        path_.string());
    }
    std::lock_guard lock(mutex_);
    closeFile();
    descriptor_ = opened;
    return {};
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (auto lost = queue_ ? queue_->overrun_counter() : lost_; lost > lost_) {
      auto text = "log.lines_lost count=" + std::to_string(lost - lost_) +
                  " hint=\"The log is not read or written fast enough.\"";
      lost_ = lost;
      put({message.logger_name, spdlog::level::warn, text});
    }
    put(message);
  }
  void flush_() override {}

 private:
  void put(const spdlog::details::log_msg& message) {
    tail_.add({message.time, nameOf(message.level), logfmtLine(textOf(message))});
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    for (std::size_t done = 0; done < line.size();) {
      ssize_t n = ::write(descriptor_, line.data() + done, line.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return;  // nowhere to tell it
      done += static_cast<std::size_t>(n);
    }
  }

  void closeFile() {
    if (descriptor_ != STDOUT_FILENO) ::close(descriptor_);
    descriptor_ = STDOUT_FILENO;
  }

  telemetry::LogTail tail_;
  spdlog::details::thread_pool* queue_ = nullptr;
  std::size_t lost_ = 0;  // lines that were told of
  std::filesystem::path path_;
  int descriptor_ = STDOUT_FILENO;
};

core::Result<std::unique_ptr<Logging>> Logging::start(const config::Log& settings, LogFormat format) {
  bool standard = settings.output.empty() || settings.output == "/dev/stdout";
  auto sink = std::make_shared<Sink>(standard ? std::filesystem::path{} : std::filesystem::path(settings.output));
  if (auto opened = sink->open(); !opened) return core::fail(opened.error());
  std::unique_ptr<Logging> logging(new Logging(std::move(sink), format));
  logging->setLevel(settings.level);
  return logging;
}

Logging::Logging(std::shared_ptr<Sink> sink, LogFormat format) : sink_(std::move(sink)) {
  spdlog::init_thread_pool(kPendingLines, 1);
  sink_->watch(spdlog::thread_pool().get());
  auto logger = std::make_shared<spdlog::async_logger>("larder", sink_, spdlog::thread_pool(),
                                                       spdlog::async_overflow_policy::overrun_oldest);
  logger->set_formatter(std::make_unique<LineFormatter>(format));
  spdlog::set_default_logger(std::move(logger));
}

Logging::~Logging() {
  spdlog::shutdown();
}

core::Result<void> Logging::reopen() {
  return sink_->open();
}

void Logging::setLevel(config::LogLevel level) {
  spdlog::set_level(levelOf(level));
}

const telemetry::LogTail& Logging::tail() const {
  return sink_->tail();
}

bool Logging::writesToStandardOutput() const {
  return sink_->isStandardOutput();
}

}  // namespace larder::daemon
