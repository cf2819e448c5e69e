// Turns of an io thread: from the moment that Asio hands it a completion until it is back at the reactor. While one
// lasts, everything else on the thread waits.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace larder::runtime {

// What a thread is busy with, for the report of a slow turn. Longer names are cut.
class TurnName {
 public:
  TurnName() = default;
  // The parts with a space between them.
  explicit TurnName(std::string_view first, std::string_view second = {});
  std::string_view text() const { return {text_.data(), length_}; }

 private:
  std::array<char, 79> text_;
  std::uint8_t length_ = 0;
};

// Names the turn of the calling thread from now on. A coroutine that waits by what this library has (offload(), sleeps,
// signals) keeps its name; who waits otherwise takes turnName() along and gives it again. Any thread may call these;
// only io threads have turns.
void nameTurn(const TurnName& name);
TurnName turnName();

// A turn that took longer than 20 ms, without what the thread waited for a processor.
struct SlowTurn {
  std::size_t thread;
  std::chrono::nanoseconds took;
  // How much of it the thread may have been waiting for a processor: what it waited since at most 50 ms before the
  // turn.
  std::chrono::nanoseconds waited;
  std::string_view what;
};

// Called on the io thread itself.
struct TurnObserver {
  std::function<void(std::size_t thread, std::chrono::nanoseconds took)> ended;
  std::function<void(const SlowTurn& turn)> slow;
};

// Measures the turns of the thread that makes it, for as long as it exists.
class TurnWatch {
 public:
  TurnWatch(std::size_t thread, const TurnObserver& observer);
  ~TurnWatch();
  TurnWatch(const TurnWatch&) = delete;
  TurnWatch& operator=(const TurnWatch&) = delete;

  // For Asio alone (handler_tracking.hpp).
  static void begin() noexcept {
    if (current) current->began();
  }
  static void end() noexcept {
    if (current) current->ended();
  }

 private:
  friend void nameTurn(const TurnName& name);
  friend TurnName turnName();

  void began() noexcept;
  void ended() noexcept;
  std::chrono::nanoseconds runDelay() const;

  static constinit thread_local TurnWatch* current;

  std::size_t thread_;
  const TurnObserver& observer_;
  int schedstat_;
  std::chrono::steady_clock::time_point began_{}, sampled_{};
  std::chrono::nanoseconds delayBefore_{};
  TurnName name_;
};

}  // namespace larder::runtime
