#include "worker_pool.hpp"

#include <cerrno>

namespace larder::runtime {

constinit thread_local const WorkerPool* WorkerPool::current = nullptr;

WorkerPool::WorkerPool(IoThread& timers) : timers_(timers) {
  ::sem_init(&wakeUps_, 0, 0);
}

// Where a thread cannot be started, the destructor ends those that were.
WorkerPool::WorkerPool(std::size_t threads, IoThread& timers) : WorkerPool(timers) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.push_back(startThread([this] { work(); }));
}

WorkerPool::~WorkerPool() {
  stop();
  join();
  drop();
  ::sem_destroy(&wakeUps_);
}

void WorkerPool::stop() {
  stopped_.store(true);
  wakeAll();
}

void WorkerPool::join() {
  wakeAll();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool WorkerPool::drop() {
  bool any = false;
  for (; take(); any = true) unfinished_.fetch_sub(1, std::memory_order_relaxed);
  return any;
}

// A thread that is woken and finds nothing ends: each task has a wake-up of its own.
void WorkerPool::wakeAll() {
  for (std::size_t i = 0; i < threads_.size(); ++i) ::sem_post(&wakeUps_);
}

std::unique_ptr<GivenTask> WorkerPool::take() {
  std::lock_guard lock(takingMutex_);
  if (taken_.empty()) taken_ = given_.takeAll();
  return taken_.takeFirst();
}

void WorkerPool::work() {
  current = this;
  while (true) {
    while (::sem_wait(&wakeUps_) != 0 && errno == EINTR) {
    }
    if (stopped_.load()) return;
    auto task = take();
    if (!task) return;
    task->run();
    task.reset();
    unfinished_.fetch_sub(1, std::memory_order_relaxed);
  }
}

}  // namespace larder::runtime
