#include "larder/runtime/runtime.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <optional>
#include <string>
#include <thread>

#include "counted_executor.hpp"

namespace larder::runtime {

namespace asio = boost::asio;

namespace {
// Signals are for the thread that waits for them (the daemon's main thread): a thread inherits the mask that it is
// started with.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    for (int fatal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS}) sigdelset(&all, fatal);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

// Answers from memory go before downloads, hashing and writing where the processors are short. Linux has a priority for
// each thread, and a thread inherits that of its maker.
void lowerPriority() {
  constexpr int kNice = 10;  // a tenth of what an io thread gets, for each
  setpriority(PRIO_PROCESS, 0, kNice);
}
}  // namespace

struct Runtime::Impl {
  struct IoThread {
    // One thread runs the context, so that it needs no locks of its own between handlers.
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread;
  };
  struct ThreadPool : asio::thread_pool {
    using asio::execution_context::shutdown;
    using asio::thread_pool::thread_pool;
  };
  struct Pool {
    const std::size_t threads;
    std::atomic<std::size_t> unfinished{0};
    ThreadPool pool;

    explicit Pool(std::size_t wanted) : threads(std::max<std::size_t>(1, wanted)), pool(threads) {}
    Executor executor() { return CountedExecutor(pool.get_executor(), unfinished); }
    PoolLoad load() const { return {threads, unfinished.load(std::memory_order_relaxed)}; }
  };
  // What waits on an io thread may hold a queue of the pools, and what waits in the pools counts as work of an io
  // thread: so the pools drop what they hold first (see the destructor), and go last.
  std::optional<Pool> blocking, syncing, reading, background;
  std::vector<std::unique_ptr<IoThread>> io;
  IoThread transfers;
  std::atomic<std::size_t> next{0};
  TurnObserver turns;

  explicit Impl(const RuntimeOptions& options) {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options.ioThreads); ++i) {
      io.push_back(std::make_unique<IoThread>());
    }
    SignalsBlocked blocked;
    std::thread maker([&] {
      lowerPriority();
      blocking.emplace(options.blockingThreads);
      syncing.emplace(options.syncingThreads);
      reading.emplace(options.readingThreads);
      background.emplace(options.backgroundThreads);
    });
    maker.join();
  }
  ~Impl() {
    for (auto* pool : pools()) (*pool)->pool.shutdown();
  }
  std::array<std::optional<Pool>*, 4> pools() { return {&blocking, &syncing, &reading, &background}; }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
};

Runtime::Runtime(RuntimeOptions options) : impl_(std::make_unique<Impl>(options)) {}

Runtime::~Runtime() {
  stop();
  join();
}

std::size_t Runtime::ioThreads() const {
  return impl_->io.size();
}
Executor Runtime::io(std::size_t index) const {
  return impl_->io.at(index)->context.get_executor();
}
Executor Runtime::nextIo() {
  return io(impl_->next.fetch_add(1, std::memory_order_relaxed) % impl_->io.size());
}
Executor Runtime::transfers() const {
  return impl_->transfers.context.get_executor();
}
Executor Runtime::blocking() const {
  return impl_->blocking->executor();
}
Executor Runtime::blockingQueue() const {
  return asio::make_strand(impl_->blocking->executor());
}
Executor Runtime::syncing() const {
  return impl_->syncing->executor();
}
Executor Runtime::reading() const {
  return impl_->reading->executor();
}
Executor Runtime::background() const {
  return impl_->background->executor();
}
Executor Runtime::backgroundQueue() const {
  return asio::make_strand(impl_->background->executor());
}
PoolLoad Runtime::blockingLoad() const {
  return impl_->blocking->load();
}
std::array<PoolLoad, 3> Runtime::otherLoads() const {
  return {impl_->syncing->load(), impl_->reading->load(), impl_->background->load()};
}

void Runtime::observeTurns(TurnObserver observer) {
  impl_->turns = std::move(observer);
}

void Runtime::start() {
  SignalsBlocked blocked;
  for (std::size_t i = 0; i < impl_->io.size(); ++i) {
    auto& io = *impl_->io[i];
    io.thread = std::thread([&io, i, &turns = impl_->turns] {
      std::optional<TurnWatch> watch;
      if (turns.ended) watch.emplace(i, turns);
      io.context.run();
    });
    pthread_setname_np(io.thread.native_handle(), ("io-" + std::to_string(i)).c_str());
  }
  impl_->transfers.thread = std::thread([&context = impl_->transfers.context] {
    lowerPriority();
    context.run();
  });
  pthread_setname_np(impl_->transfers.thread.native_handle(), "transfers");
}

void Runtime::stop() {
  for (auto& io : impl_->io) io->context.stop();
  impl_->transfers.context.stop();
}

void Runtime::join() {
  for (auto& io : impl_->io) {
    if (io->thread.joinable()) io->thread.join();
  }
  if (impl_->transfers.thread.joinable()) impl_->transfers.thread.join();
  // What waits in a queue of a pool ends with it, but for what is being stored.
  for (auto* pool : {&impl_->blocking, &impl_->reading, &impl_->background}) (*pool)->pool.stop();
  for (auto* pool : impl_->pools()) (*pool)->pool.join();
}

}  // namespace larder::runtime
