// Threads of the daemon: io threads, each with its own io_context, a thread for transfers from upstreams, a blocking
// pool, and pools for what would keep others waiting there. All but the io threads run at a lower priority.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "larder/runtime/task.hpp"
#include "larder/runtime/turn.hpp"

namespace larder::runtime {

struct RuntimeOptions {
  std::size_t ioThreads = 1;
  std::size_t blockingThreads = 4;
  std::size_t syncingThreads = 2;
  std::size_t readingThreads = 4;
  std::size_t backgroundThreads = 2;
};

// What a pool has to do at a moment: the tasks that were given to it and have not ended.
struct PoolLoad {
  std::size_t threads = 0;
  std::size_t tasks = 0;
  std::size_t working() const { return std::min(threads, tasks); }
  std::size_t queued() const { return tasks - working(); }
};

// Owns the threads. Made once by the composition root, outlives everything that runs on it.
class Runtime {
 public:
  // Starts the pools. Throws, as start() does, where the system gives no thread for them.
  explicit Runtime(RuntimeOptions options);
  ~Runtime();  // stop() and join()
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  std::size_t ioThreads() const;
  // The executor of io thread `index`; a connection lives on one of them.
  Executor io(std::size_t index) const;
  // An io thread in turn, for work without a connection.
  Executor nextIo();
  // The io thread that transfers from upstreams are driven on.
  Executor transfers() const;
  // The pool that blocking work runs on; see offload().
  Executor blocking() const;
  // A queue of its own on the blocking pool, for a coroutine most of whose steps block: they run where it is, without
  // a change of threads.
  Executor blockingQueue() const;
  // The pool for what waits for the disk to have written (fsync of large files): that can take seconds, and what needs
  // the processor must not queue behind it.
  Executor syncing() const;
  // The pool that reads from the disk what a client is about to be sent.
  Executor reading() const;
  // The pool for work that takes long and nobody waits for at the moment: hashing what is stored, removing leftovers.
  Executor background() const;
  // A queue of its own on it, for a coroutine that nobody waits for: what it computes keeps no io thread busy.
  Executor backgroundQueue() const;

  // Any thread may ask; it costs an atomic read.
  PoolLoad blockingLoad() const;
  std::array<PoolLoad, 3> otherLoads() const;  // of the pools but the blocking one

  // Tells `observer` of the turns of the io threads; before start().
  void observeTurns(TurnObserver observer);
  // Starts the threads and returns. Once.
  void start();
  // Ends the io threads without waiting for pending operations; safe from any thread. Blocking work that has begun is
  // finished.
  void stop();
  void join();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace larder::runtime
