#include "larder/runtime/gate.hpp"

#include <algorithm>

namespace larder::runtime {

// A waiter's place in the queue. Left without having been used, it goes to the next, also when the coroutine's frame is
// destroyed while it waits.
class Gate::Place {
 public:
  Place(Gate& gate, std::shared_ptr<Waiter> waiter) : gate_(&gate), waiter_(std::move(waiter)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (!gate_) return;
    bool granted = false;
    {
      std::lock_guard lock(gate_->mutex_);
      granted = waiter_->granted;
      if (!granted) gate_->remove(waiter_);
    }
    if (granted) gate_->leave();
  }
  bool isGranted() const {
    std::lock_guard lock(gate_->mutex_);
    return waiter_->granted;
  }
  Pass use() { return Pass(*std::exchange(gate_, nullptr)); }

 private:
  Gate* gate_;
  std::shared_ptr<Waiter> waiter_;
};

Task<std::optional<Gate::Pass>> Gate::enter(std::string key, SteadyTime deadline) {
  std::shared_ptr<Waiter> waiter;
  {
    std::lock_guard lock(mutex_);
    if (running_ < most_ && lines_.empty()) {
      ++running_;
    } else {
      waiter = std::make_shared<Waiter>();
      enqueue(std::move(key), waiter);
    }
  }
  if (!waiter) co_return Pass(*this);
  Place place(*this, waiter);
  while (true) {
    auto seen = waiter->signal.version();
    if (place.isGranted()) co_return place.use();
    bool changed = co_await waiter->signal.wait(seen, deadline);
    if (!changed) co_return std::nullopt;
  }
}

void Gate::leave() {
  std::shared_ptr<Waiter> granted;
  {
    std::lock_guard lock(mutex_);
    if (lines_.empty()) {
      --running_;
      return;
    }
    granted = next();
    granted->granted = true;
  }
  granted->signal.notify();
}

void Gate::enqueue(std::string key, std::shared_ptr<Waiter> waiter) {
  auto line = std::ranges::find(lines_, key, &Line::key);
  if (line == lines_.end()) line = lines_.insert(line, Line{std::move(key), {}});
  line->waiters.push_back(std::move(waiter));
  ++waiting_;
}

std::shared_ptr<Gate::Waiter> Gate::next() {
  auto line = lines_.begin();
  auto waiter = std::move(line->waiters.front());
  line->waiters.pop_front();
  --waiting_;
  if (line->waiters.empty()) {
    lines_.erase(line);
  } else {
    lines_.splice(lines_.end(), lines_, line);
  }
  return waiter;
}

void Gate::remove(const std::shared_ptr<Waiter>& waiter) {
  for (auto line = lines_.begin(); line != lines_.end(); ++line) {
    if (std::erase(line->waiters, waiter) == 0) continue;
    --waiting_;
    if (line->waiters.empty()) lines_.erase(line);
    return;
  }
}

std::size_t Gate::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

std::size_t Gate::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_;
}

}  // namespace larder::runtime
