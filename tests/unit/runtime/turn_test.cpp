#include "larder/runtime/turn.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <future>
#include <mutex>
#include <string>
#include <thread>

#include "larder/runtime/offload.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/runtime/signal.hpp"
#include "larder/runtime/task.hpp"

namespace larder::runtime {
namespace {

using std::chrono::milliseconds;

// What this thread has had of a processor.
std::chrono::nanoseconds busyTime() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// Keeps the processor, as what would block an io thread does. What the thread waits for one does not count.
void keepBusy(milliseconds time) {
  for (auto end = busyTime() + time; busyTime() < end;) {
  }
}

// A runtime that writes down which turns were slow.
class Watched {
 public:
  Watched() : runtime_({.ioThreads = 1, .blockingThreads = 1}) {
    runtime_.observeTurns({[this](std::size_t, std::chrono::nanoseconds) { turns_.fetch_add(1); },
                           [this](const SlowTurn& turn) {
                             EXPECT_GE(turn.took - turn.waited, milliseconds(20));
                             std::lock_guard lock(mutex_);
                             slow_.emplace_back(turn.what);
                           }});
    runtime_.start();
  }

  // Until what `task` does in its last turn is seen too.
  void run(Task<> (*task)(Runtime*, std::promise<void>*)) {
    std::promise<void> done;
    spawn(runtime_.io(0), "the test", task(&runtime_, &done));
    done.get_future().get();
    auto before = turns_.load();
    spawn(runtime_.io(0), "the end", nothing());
    while (turns_.load() < before + 2) std::this_thread::yield();
  }

  std::vector<std::string> slow() {
    std::lock_guard lock(mutex_);
    return slow_;
  }

 private:
  static Task<> nothing() { co_return; }

  std::mutex mutex_;
  std::vector<std::string> slow_;
  std::atomic<std::size_t> turns_{0};
  Runtime runtime_;
};

using Names = std::vector<std::string>;

Task<> busyAtOnce(Runtime*, std::promise<void>* done) {
  keepBusy(milliseconds(60));
  done->set_value();
  co_return;
}

TEST(Turn, IsReportedByTheNameOfItsTaskIfItIsSlow) {
  Watched watched;
  watched.run(busyAtOnce);
  EXPECT_EQ(watched.slow(), Names{"the test"});
}

Task<> busyWhileOthersAre(Runtime* runtime, std::promise<void>* done) {
  co_await offload(runtime->blocking(), [] { keepBusy(milliseconds(60)); });
  co_await sleepFor(milliseconds(60));
  done->set_value();
}

TEST(Turn, IsNotSlowWhileItWaitsOrAPoolWorks) {
  Watched watched;
  watched.run(busyWhileOthersAre);
  EXPECT_EQ(watched.slow(), Names{});
}

Task<> busyAfterEachWait(Runtime* runtime, std::promise<void>* done) {
  nameTurn(TurnName("GET", "/v2/a/manifests/b"));
  co_await offload(runtime->blocking(), [] {});
  keepBusy(milliseconds(60));
  co_await sleepFor(milliseconds(1));
  keepBusy(milliseconds(60));
  Signal signal;
  co_await signal.wait(signal.version(), std::chrono::steady_clock::now() + milliseconds(1));
  keepBusy(milliseconds(60));
  done->set_value();
}

TEST(Turn, KeepsItsNameOverWaits) {
  Watched watched;
  watched.run(busyAfterEachWait);
  EXPECT_EQ(watched.slow(), Names(3, "GET /v2/a/manifests/b"));
}

TEST(Turn, HasANameThatIsCut) {
  EXPECT_EQ(TurnName(std::string(200, 'x'), "tail").text(), std::string(79, 'x'));
  EXPECT_EQ(TurnName("GET", std::string(200, 'x')).text(), "GET " + std::string(75, 'x'));
  EXPECT_EQ(TurnName("poll").text(), "poll");
}

}  // namespace
}  // namespace larder::runtime
