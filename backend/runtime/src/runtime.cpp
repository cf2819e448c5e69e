#include "larder/runtime/runtime.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <boost/asio/strand.hpp>
#include <exception>
#include <optional>
#include <string>
#include <thread>

#include "io_thread.hpp"
#include "worker_pool.hpp"

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
// each thread, and a thread inherits that of its maker. SCHED_BATCH has who is woken wait for the end of the other's
// slice: fewer switches, and none of these threads is waited for by the microsecond.
void lowerPriority() {
  constexpr int kNice = 10;  // a tenth of what an io thread gets, for each
  setpriority(PRIO_PROCESS, 0, kNice);
  sched_param none{};
  if (sched_getscheduler(0) == SCHED_OTHER) sched_setscheduler(0, SCHED_BATCH, &none);
}

PoolLoad loadOf(const WorkerPool& pool) {
  return {pool.threads(), pool.unfinished()};
}
}  // namespace

struct Runtime::Impl {
  std::vector<std::unique_ptr<IoThread>> io;
  IoThread transfers;
  std::optional<WorkerPool> blocking, syncing, reading, background;
  std::atomic<std::size_t> next{0};
  TurnObserver turns;

  explicit Impl(const RuntimeOptions& options) {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options.ioThreads); ++i) {
      io.push_back(std::make_unique<IoThread>());
    }
    SignalsBlocked blocked;
    std::exception_ptr failure;
    auto maker = startThread([&, this] {
      lowerPriority();
      try {
        makePools(options);
      } catch (...) {
        failure = std::current_exception();
      }
    });
    maker.join();
    if (failure) std::rethrow_exception(failure);
  }
  void makePools(const RuntimeOptions& options) {
    auto make = [this](std::optional<WorkerPool>& pool, std::size_t threads) {
      pool.emplace(std::max<std::size_t>(1, threads), transfers);
    };
    make(blocking, options.blockingThreads);
    make(syncing, options.syncingThreads);
    make(reading, options.readingThreads);
    make(background, options.backgroundThreads);
  }
  // What waits in one place may hold, or give to, what is in another: all are there until all have dropped it.
  ~Impl() {
    // Asio does not tell whether shutting a context down has dropped anything.
    for (int quiet = 0; quiet < 2;) {
      bool any = false;
      for (auto* pool : pools()) any |= (*pool)->drop();
      any |= transfers.drop();
      for (auto& one : io) any |= one->drop();
      quiet = any ? 0 : quiet + 1;
    }
  }
  std::array<std::optional<WorkerPool>*, 4> pools() { return {&blocking, &syncing, &reading, &background}; }
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
  return impl_->io.at(index)->executor();
}
Executor Runtime::nextIo() {
  return io(impl_->next.fetch_add(1, std::memory_order_relaxed) % impl_->io.size());
}
Executor Runtime::transfers() const {
  return impl_->transfers.executor();
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
bool runsOn(const Executor& pool) {
  const auto* executor = pool.target<WorkerPool::Executor>();
  return executor && executor->place().isOwnThread();
}
PoolLoad Runtime::blockingLoad() const {
  return loadOf(*impl_->blocking);
}
std::array<PoolLoad, 3> Runtime::otherLoads() const {
  return {loadOf(*impl_->syncing), loadOf(*impl_->reading), loadOf(*impl_->background)};
}

void Runtime::observeTurns(TurnObserver observer) {
  impl_->turns = std::move(observer);
}

void Runtime::start() {
  SignalsBlocked blocked;
  for (std::size_t i = 0; i < impl_->io.size(); ++i) {
    auto& io = *impl_->io[i];
    io.start("io-" + std::to_string(i), [&io, i, &turns = impl_->turns] {
      std::optional<TurnWatch> watch;
      if (turns.ended) watch.emplace(i, turns);
      io.run();
    });
  }
  impl_->transfers.start("transfers", [&transfers = impl_->transfers] {
    lowerPriority();
    transfers.run();
  });
}

void Runtime::stop() {
  for (auto& io : impl_->io) io->stop();
  impl_->transfers.stop();
}

void Runtime::join() {
  for (auto& io : impl_->io) io->join();
  impl_->transfers.join();
  // What waits in a queue of a pool ends with it, but for what is being stored.
  for (auto* pool : {&impl_->blocking, &impl_->reading, &impl_->background}) (*pool)->stop();
  for (auto* pool : impl_->pools()) (*pool)->join();
}

}  // namespace larder::runtime
