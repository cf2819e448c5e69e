// One request under way, as its consumer sees it.
//
// Lives in a coroutine's frame; its destructor ends the transfer if it still runs. Used from one coroutine, on any
// executor: the work happens on the multi's, the results come back to the caller's.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"
#include "transport/curl_multi.hpp"

namespace larder::upstream {

// How long the parts of a transfer may take. Beyond: UpstreamTimeout.
struct TransferLimits {
  runtime::SteadyTime deadline;   // for all of it
  runtime::SteadyTime firstByte;  // for the head
  // A body must bring kStallBytes in each such span of time that its consumer waits for it.
  std::chrono::milliseconds stall{30000};
};

class Transfer {
 public:
  // Few enough that a trickle counts as standing still, more than any link in use brings.
  static constexpr std::uint64_t kStallBytes = 4096;

  // Starts it. `host`, with its port where that matters, is named in failures.
  Transfer(std::shared_ptr<CurlMulti> multi, RequestSpec spec, std::string host, TransferLimits limits);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Waits for the head. The body of a failure is read to its end, within reason, so that the connection lives on.
  runtime::Task<core::Result<ResponseHead>> head();
  // Collect: the whole body.
  runtime::Task<core::Result<std::string>> body();
  // Stream: the next bytes, valid until the next call; empty at the end. A failure after bytes means a cut.
  runtime::Task<core::Result<std::span<const std::byte>>> next();

 private:
  runtime::Task<bool> wait(std::uint64_t seen, runtime::SteadyTime until);
  core::Error timedOut(std::string what) const;
  core::Error lateBlob() const;

  const std::shared_ptr<CurlMulti> multi_;
  const std::shared_ptr<TransferState> state_;
  const std::shared_ptr<runtime::Signal> signal_;
  const std::string host_;
  const TransferLimits limits_;
  std::size_t lent_ = 0;  // bytes of the buffer that the consumer looks at
  std::uint64_t sinceCheck_ = 0;
  std::chrono::steady_clock::duration waited_{};
};

}  // namespace larder::upstream
