// The log: one line an event on standard output or in a file that can be rotated.
#pragma once

#include <cstdint>
#include <memory>

#include "larder/config/config.hpp"
#include "larder/core/result.hpp"
#include "larder/telemetry/events.hpp"

namespace larder::daemon {

enum class LogFormat : std::uint8_t {
  Logfmt,  // `2024-05-01T10:00:00.000Z info event key=value`, for people
  Json,    // one object a line (log_line.hpp), for collectors of logs
};

// Owns spdlog's default logger and the thread that writes. Lines never make an io thread wait: beyond 8192 that are not
// written yet the oldest are dropped.
class Logging {
 public:
  // Io if the file cannot be opened.
  static core::Result<std::unique_ptr<Logging>> start(const config::Log& settings, LogFormat format);
  ~Logging();  // writes what is pending
  Logging(const Logging&) = delete;
  Logging& operator=(const Logging&) = delete;

  // Opens the file again, for log rotation. The old one stays in use on failure.
  core::Result<void> reopen();
  void setLevel(config::LogLevel level);
  bool writesToStandardOutput() const;
  // The last lines, for consoles.
  const telemetry::LogTail& tail() const;

 private:
  class Sink;
  Logging(std::shared_ptr<Sink> sink, LogFormat format);
  std::shared_ptr<Sink> sink_;
};

}  // namespace larder::daemon
