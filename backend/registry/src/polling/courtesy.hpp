// A person's pull comes before a poll: what a poll does before each thing that it asks of an upstream.
#pragma once

#include <atomic>
#include <memory>

#include "blob_pull.hpp"
#include "context.hpp"

namespace larder::registry {

// Shared by all runs. Thread-safe.
class Courtesy {
 public:
  Courtesy(std::shared_ptr<Context> context, std::shared_ptr<BlobPull> blobs)
      : context_(std::move(context)), blobs_(std::move(blobs)) {}

  // A blob that a poll fetches, for as long as it does.
  class Transfer {
   public:
    explicit Transfer(Courtesy& courtesy) : courtesy_(courtesy) { ++courtesy_.transfers_; }
    ~Transfer() { --courtesy_.transfers_; }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

   private:
    Courtesy& courtesy_;
  };

  // Waits while requests queue up for one of the target's upstreams. Cancelled when the daemon ends; TooManyRequests
  // when what is left of the upstream's quota, or of its requestBudget, is people's.
  Task<Result<void>> turn(RouteTarget target);
  // turn(), and a while longer if people's blobs are on their way: they share the line with what a poll fetches.
  Task<Result<void>> turnToFetch(RouteTarget target);

 private:
  std::shared_ptr<Context> context_;
  std::shared_ptr<BlobPull> blobs_;
  std::atomic<std::size_t> transfers_{0};
};

}  // namespace larder::registry
