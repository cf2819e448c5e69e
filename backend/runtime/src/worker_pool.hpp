// WorkerPool: threads that run what others give them.
#pragma once

#include <semaphore.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "given_tasks.hpp"
#include "io_thread.hpp"

namespace larder::runtime {

// asio::thread_pool wakes its threads by a condition variable, and glibc before 2.41 has pthread_cond_signal() wait
// until those that were woken before have gone on. They run at a lower priority here, so that io threads waited for
// tens of milliseconds where the processors were busy. A semaphore keeps nobody.
//
// A context of its own, as Asio's executors usually have, would get a thread for timers that Asio ends after what it
// uses.
class WorkerPool {
 public:
  using Executor = PlaceExecutor<WorkerPool>;

  // What waits in this pool for a time waits on `timers`, which must outlive it. Throws as startThread() does.
  WorkerPool(std::size_t threads, IoThread& timers);
  ~WorkerPool();  // stop() and join(); what was not run is dropped
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  Executor executor() noexcept { return Executor(*this); }
  std::size_t threads() const { return threads_.size(); }
  // Whether the calling thread is one of the pool's.
  bool isOwnThread() const noexcept { return current == this; }
  // The tasks that were given and have not ended; any thread may ask.
  std::size_t unfinished() const { return unfinished_.load(std::memory_order_relaxed); }

  // What has not begun is not run any more; safe from any thread.
  void stop();
  // Ends the threads, after all that was given if stop() was not called.
  void join();
  // Drops what has not begun; whether there was anything. After join().
  bool drop();

 private:
  friend Executor;

  explicit WorkerPool(IoThread& timers);
  boost::asio::execution_context& context() noexcept { return timers_.context(); }
  template <class Function>
  void give(Function&& function) {
    unfinished_.fetch_add(1, std::memory_order_relaxed);
    given_.give(std::forward<Function>(function));
    ::sem_post(&wakeUps_);
  }
  std::unique_ptr<GivenTask> take();
  void work();
  void wakeAll();

  static thread_local const WorkerPool* current;  // whose thread this is

  IoThread& timers_;
  GivenTasks given_;
  ::sem_t wakeUps_{};  // one for each task that was given
  std::atomic<std::size_t> unfinished_{0};
  std::mutex takingMutex_;  // of the pool's threads alone
  GivenList taken_;
  std::atomic<bool> stopped_{false};
  std::vector<std::thread> threads_;
};

}  // namespace larder::runtime
