// What threads give to others to run, without ever waiting for them.
#pragma once

#include <atomic>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <memory>
#include <type_traits>
#include <utility>

namespace larder::runtime {

struct GivenTask {
  virtual void run() = 0;
  virtual ~GivenTask() = default;
  GivenTask* next = nullptr;
};

// Tasks in the order in which they were given. For one thread at a time.
class GivenList {
 public:
  GivenList() = default;
  explicit GivenList(GivenTask* first) : first_(first) {}
  GivenList(GivenList&& other) noexcept : first_(std::exchange(other.first_, nullptr)) {}
  GivenList& operator=(GivenList&& other) noexcept {
    std::swap(first_, other.first_);
    return *this;
  }
  ~GivenList() {
    while (takeFirst()) {
    }
  }

  bool empty() const { return first_ == nullptr; }
  // Null if there is none.
  std::unique_ptr<GivenTask> takeFirst() {
    auto* first = first_;
    if (first) first_ = first->next;
    return std::unique_ptr<GivenTask>(first);
  }

 private:
  GivenTask* first_ = nullptr;
};

// Thread-safe and free of locks: whoever gives is not kept by a thread of a lower priority that was interrupted.
class GivenTasks {
 public:
  GivenTasks() = default;
  ~GivenTasks() { takeAll(); }
  GivenTasks(const GivenTasks&) = delete;
  GivenTasks& operator=(const GivenTasks&) = delete;

  template <class Function>
  void give(Function&& function) {
    auto* added = new TaskOf<std::decay_t<Function>>(std::forward<Function>(function));
    auto* earlier = latest_.load(std::memory_order_relaxed);
    do {
      added->next = earlier;
    } while (!latest_.compare_exchange_weak(earlier, added, std::memory_order_release, std::memory_order_relaxed));
    // The task may have run by now.
  }

  GivenList takeAll() {
    GivenTask* first = nullptr;
    for (auto* task = latest_.exchange(nullptr, std::memory_order_acquire); task;) {
      auto* earlier = task->next;
      task->next = first;
      first = task;
      task = earlier;
    }
    return GivenList(first);
  }

 private:
  template <class Function>
  struct TaskOf final : GivenTask {
    explicit TaskOf(const Function& given) : function(given) {}
    explicit TaskOf(Function&& given) : function(std::move(given)) {}
    void run() override { function(); }
    Function function;
  };

  std::atomic<GivenTask*> latest_{nullptr};
};

// Asio's executor concept over a `Place` that has context(), isOwnThread() and give(function). A task runs at once
// where the caller is a thread of the place, unless `blocking.never` is required.
template <class Place>
class PlaceExecutor {
 public:
  explicit PlaceExecutor(Place& place) noexcept : place_(&place) {}

  boost::asio::execution_context& query(boost::asio::execution::context_t) const noexcept { return place_->context(); }
  boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t) const noexcept {
    if (mayRunAtOnce_) return boost::asio::execution::blocking.possibly;
    return boost::asio::execution::blocking.never;
  }
  PlaceExecutor require(boost::asio::execution::blocking_t::possibly_t) const noexcept { return with(true); }
  PlaceExecutor require(boost::asio::execution::blocking_t::never_t) const noexcept { return with(false); }

  template <class Function>
  void execute(Function&& function) const {
    if (mayRunAtOnce_ && place_->isOwnThread()) {
      std::decay_t<Function>(std::forward<Function>(function))();
    } else {
      place_->give(std::forward<Function>(function));
    }
  }

  Place& place() const noexcept { return *place_; }

  friend bool operator==(const PlaceExecutor& a, const PlaceExecutor& b) noexcept {
    return a.place_ == b.place_ && a.mayRunAtOnce_ == b.mayRunAtOnce_;
  }
  friend bool operator!=(const PlaceExecutor& a, const PlaceExecutor& b) noexcept { return !(a == b); }

 private:
  PlaceExecutor with(bool mayRunAtOnce) const noexcept {
    PlaceExecutor other(*this);
    other.mayRunAtOnce_ = mayRunAtOnce;
    return other;
  }

  Place* place_;
  bool mayRunAtOnce_ = true;
};

}  // namespace larder::runtime
