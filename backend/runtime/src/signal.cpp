#include "larder/runtime/signal.hpp"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <mutex>
#include <vector>

#include "larder/runtime/turn.hpp"

namespace larder::runtime {

namespace asio = boost::asio;

// A waiter is a timer that is cancelled to wake it. The cancellation is posted to the waiter's own thread: whatever is
// posted after the waiter was registered runs there after the wait has begun, since nothing suspends in between.
struct Signal::Impl {
  struct Waiter {
    Waiter(const Executor& executor, SteadyTime deadline) : timer(executor, deadline) {}
    asio::steady_timer timer;
  };

  std::atomic<std::uint64_t> version{0};
  std::mutex mutex;
  std::vector<std::shared_ptr<Waiter>> waiters;

  void remove(const std::shared_ptr<Waiter>& waiter) {
    std::lock_guard lock(mutex);
    std::erase(waiters, waiter);
  }
};

Signal::Signal() : impl_(std::make_shared<Impl>()) {}
Signal::~Signal() = default;

std::uint64_t Signal::version() const {
  return impl_->version.load(std::memory_order_acquire);
}

void Signal::notify() {
  std::vector<std::shared_ptr<Impl::Waiter>> woken;
  {
    std::lock_guard lock(impl_->mutex);
    impl_->version.fetch_add(1, std::memory_order_release);
    woken.swap(impl_->waiters);
  }
  for (auto& waiter : woken) {
    auto executor = waiter->timer.get_executor();
    asio::post(executor, [waiter = std::move(waiter)] { waiter->timer.cancel(); });
  }
}

Task<bool> Signal::wait(std::uint64_t seen, SteadyTime deadline) {
  auto impl = impl_;
  if (impl->version.load(std::memory_order_acquire) != seen) co_return true;
  auto waiter = std::make_shared<Impl::Waiter>(co_await asio::this_coro::executor, deadline);
  {
    std::lock_guard lock(impl->mutex);
    if (impl->version.load(std::memory_order_relaxed) != seen) co_return true;
    impl->waiters.push_back(waiter);
  }
  // Also when the coroutine is destroyed while it waits: the timer must not outlive its io_context.
  struct Removal {
    Impl& from;
    const std::shared_ptr<Impl::Waiter>& waiter;
    ~Removal() { from.remove(waiter); }
  } removal{*impl, waiter};
  auto name = turnName();
  co_await waiter->timer.async_wait(asio::as_tuple(asio::deferred));
  nameTurn(name);
  co_return impl->version.load(std::memory_order_acquire) != seen;
}

}  // namespace larder::runtime
