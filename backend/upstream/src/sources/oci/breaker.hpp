// Circuit breaker of one upstream: after failures in a row nobody waits for it, until one request has tried it again.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "larder/core/result.hpp"
#include "larder/runtime/clock.hpp"
#include "larder/upstream/upstream_source.hpp"

namespace larder::upstream {

struct BreakerOptions {
  int failures = 3;  // in a row; at least 1
  std::chrono::milliseconds openFor{10000};
};

// Thread-safe. `clock` must outlive it.
class Breaker {
 public:
  // Told of each new state, under the breaker's lock: it must not call the breaker.
  using OnChange = std::function<void(BreakerState)>;

  // How long a 429 keeps it open that does not say.
  static constexpr std::chrono::milliseconds kThrottledFor = std::chrono::seconds(60);

  Breaker(std::string host, BreakerOptions options, const runtime::Clock& clock, OnChange onChange = {});

  // Leave for one request. Give the verdict; without one (the caller went away, its own limits were in the way) nothing
  // is learnt from it.
  class Permit {
   public:
    Permit(Breaker& breaker, bool probe) : breaker_(&breaker), probe_(probe) {}
    Permit(Permit&& other) noexcept : breaker_(std::exchange(other.breaker_, nullptr)), probe_(other.probe_) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit();
    void succeeded();
    // Counts outages alone: an upstream that says 404 or 401 works.
    void failed(const core::Error& error);
    // Whether failed() would open it, though the upstream asked for no pause.
    bool wouldOpen(const core::Error& error) const;

   private:
    Breaker* breaker_;
    bool probe_;
  };

  // Whether it counts such failures.
  static bool counts(core::ErrorCode code);

  // UpstreamUnavailable or UpstreamThrottled, with the time that is left, while open. Once that time is over, one
  // request at a time is let through to try.
  core::Result<Permit> admit();
  // What admit() would fail with now.
  std::optional<core::Error> refusal() const;
  // A failure after the verdict: a body that broke off.
  void report(const core::Error& error) { settle(false, &error, true); }
  // An answer to somebody else's request: closes it, unless the upstream asked for the pause.
  void recover();
  // HalfOpen while a request tries: an open breaker stays open until there is one, however long that takes.
  BreakerState state() const;
  // Until when it lets no request through; none unless that time is to come.
  std::optional<std::chrono::system_clock::time_point> nextTry() const;

 private:
  void settle(bool probe, const core::Error* error, bool verdict);
  void learn(bool probe, const core::Error* error, bool verdict);
  void open(std::chrono::milliseconds span, bool throttled);
  // All under the lock.
  BreakerState stateNow() const;
  bool admits() const;
  core::Error refused() const;
  void tellOfChange();

  const std::string host_;
  const BreakerOptions options_;
  const runtime::Clock& clock_;
  const OnChange onChange_;
  mutable std::mutex mutex_;
  BreakerState told_ = BreakerState::Closed;
  int failures_ = 0;
  std::optional<runtime::SteadyTime> openUntil_;        // set unless closed
  std::chrono::system_clock::time_point shownUntil_{};  // the same, for people
  bool throttled_ = false;
  bool probing_ = false;
};

}  // namespace larder::upstream
