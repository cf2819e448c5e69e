#include "failure_delay.hpp"

namespace larder::auth {
namespace {

class Place {
 public:
  explicit Place(std::shared_ptr<std::atomic<std::size_t>> count)
      : count_(std::move(count)), taken_(count_->fetch_add(1)) {}
  ~Place() { count_->fetch_sub(1); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  std::size_t before() const { return taken_; }

 private:
  std::shared_ptr<std::atomic<std::size_t>> count_;
  std::size_t taken_;
};

}  // namespace

FailureDelay::FailureDelay(std::chrono::milliseconds delay, std::size_t mostWaiting)
    : delay_(delay), mostWaiting_(mostWaiting) {}

runtime::Task<core::Error> FailureDelay::apply(core::Error failure) {
  if (delay_ <= std::chrono::milliseconds::zero()) co_return failure;
  Place place(waiting_);
  if (place.before() >= mostWaiting_) {
    core::Error error(core::ErrorCode::TooManyRequests, "Too many failed logins. Try again later.");
    error.retryAfter = delay_;
    co_return error;
  }
  co_await runtime::sleepFor(delay_);
  co_return failure;
}

}  // namespace larder::auth
