// What an admin wants to know of when it happens, and the last lines of the log: both bounded, for consoles.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "larder/telemetry/recent.hpp"

namespace larder::telemetry {

enum class Severity : std::uint8_t { Info, Warning, Error };

struct Event {
  std::chrono::system_clock::time_point time;
  Severity severity = Severity::Info;
  std::string type;        // "upstream.down", "config.changed", "job.ended"
  std::string message;     // one sentence, without secrets
  std::string subject;     // what it is about: "docker.io", the id of a job, the name of a user; "" if nothing
  std::string repository;  // whose readers may know of it; "": admins alone
};

// Thread-safe; publishing never waits.
class EventHub {
 public:
  static constexpr std::size_t kKept = 500;

  void publish(Event event) { recent_.add(std::move(event)); }
  const Recent<Event>& recent() const { return recent_; }

 private:
  Recent<Event> recent_{kKept};
};

struct LogLine {
  std::chrono::system_clock::time_point time;
  const char* level = "info";  // trace, debug, info, warn, error
  std::string text;            // "event key=value"
};

// Thread-safe. Its memory is bounded: kKept lines of at most kMaxBytes.
class LogTail {
 public:
  static constexpr std::size_t kKept = 1000;
  static constexpr std::size_t kMaxBytes = 1024;

  void add(LogLine line) {
    if (line.text.size() > kMaxBytes) line.text.resize(kMaxBytes);
    recent_.add(std::move(line));
  }
  const Recent<LogLine>& recent() const { return recent_; }

 private:
  Recent<LogLine> recent_{kKept};
};

}  // namespace larder::telemetry
