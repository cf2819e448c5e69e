// The last pull that a client made, for whoever has just set up a node. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace larder::api {

class LastPull {
 public:
  using Time = std::chrono::system_clock::time_point;
  // Of more than one pull within this time the first one is noted, so that a hit costs one atomic read.
  static constexpr std::chrono::milliseconds kEvery{1000};

  struct Pull {
    Time at{};
    std::string user, client, agent, repository;
  };
  void note(Time now, std::string_view user, std::string_view client, std::string_view agent,
            std::string_view repository);
  std::optional<Pull> get() const;

 private:
  std::atomic<Time> notedAt_{Time{}};
  mutable std::mutex mutex_;
  std::optional<Pull> pull_;
};

}  // namespace larder::api
