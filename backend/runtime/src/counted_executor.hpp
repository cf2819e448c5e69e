// An executor that counts the tasks which were handed to it and have not ended yet.
#pragma once

#include <atomic>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace larder::runtime {

// Hands everything on to `Inner`, with its properties (Asio's executor concept). `unfinished` must outlive all copies.
template <class Inner>
class CountedExecutor {
 public:
  CountedExecutor(Inner inner, std::atomic<std::size_t>& unfinished) noexcept
      : inner_(std::move(inner)), unfinished_(&unfinished) {}

  template <class Property>
    requires boost::asio::can_query<const Inner&, Property>::value
  decltype(auto) query(const Property& property) const {
    return boost::asio::query(inner_, property);
  }
  template <class Property>
    requires boost::asio::can_require<const Inner&, Property>::value
  auto require(const Property& property) const {
    return counted(boost::asio::require(inner_, property));
  }
  template <class Property>
    requires boost::asio::can_prefer<const Inner&, Property>::value
  auto prefer(const Property& property) const {
    return counted(boost::asio::prefer(inner_, property));
  }

  template <class Function>
  void execute(Function&& function) const {
    unfinished_->fetch_add(1, std::memory_order_relaxed);
    inner_.execute([ended = End(unfinished_), function = std::forward<Function>(function)]() mutable { function(); });
  }

  friend bool operator==(const CountedExecutor& a, const CountedExecutor& b) noexcept { return a.inner_ == b.inner_; }

 private:
  // Also for a task that throws, or is dropped at the end of the pool without having run.
  class End {
   public:
    explicit End(std::atomic<std::size_t>* unfinished) : unfinished_(unfinished) {}
    End(End&& other) noexcept : unfinished_(std::exchange(other.unfinished_, nullptr)) {}
    End& operator=(End&&) = delete;
    ~End() {
      if (unfinished_ != nullptr) unfinished_->fetch_sub(1, std::memory_order_relaxed);
    }

   private:
    std::atomic<std::size_t>* unfinished_;
  };

  template <class Other>
  auto counted(Other inner) const {
    return CountedExecutor<Other>(std::move(inner), *unfinished_);
  }

  Inner inner_;
  std::atomic<std::size_t>* unfinished_;
};

}  // namespace larder::runtime
