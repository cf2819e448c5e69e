// What the main thread waits for: signals, and requests of other threads.
#pragma once

#include <atomic>

namespace larder::daemon {

// SIGTERM and SIGINT stop, SIGHUP reloads and reopens logs, SIGPIPE is ignored. Made before any other thread, which
// then inherit the blocked signals.
class MainEvents {
 public:
  enum class Event { Stop, HangUp, Reload, Finished };

  MainEvents();  // std::system_error if the kernel gives no descriptors
  ~MainEvents();
  MainEvents(const MainEvents&) = delete;
  MainEvents& operator=(const MainEvents&) = delete;

  // Blocks until something happens. Main thread only.
  Event wait();
  // Makes wait() return the event. Any thread; requests of one kind that were not waited for yet are one.
  void requestReload();
  void announceFinished();

 private:
  void wake();

  int signals_;
  int wakeups_;
  std::atomic<bool> reload_{false};
  std::atomic<bool> finished_{false};
};

}  // namespace larder::daemon
