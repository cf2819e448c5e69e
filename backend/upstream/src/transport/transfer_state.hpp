// What the driver's thread and a transfer's consumer share.
//
// The driver's thread calls the on… methods and settle(); the consumer, on any one thread at a time, the others. The
// consumer owns the signal: it drops it with detach(), so that no timer of its thread outlives that thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "larder/runtime/signal.hpp"
#include "transport/body_buffer.hpp"
#include "transport/request.hpp"

namespace larder::upstream {

// How a transfer ended.
struct Outcome {
  enum class Kind { Complete, Cancelled, TooLarge, BadHead, Forbidden, Failed };
  Kind kind = Kind::Complete;
  int curlCode = 0;    // Failed: the CURLcode
  std::string detail;  // Failed: libcurl's text
};

class TransferState {
 public:
  TransferState(RequestSpec spec, std::shared_ptr<PiecePool> pieces);

  const RequestSpec& spec() const { return spec_; }

  // Driver -----------------------------------------------------------------------------------------------------------

  // Of the connection in use, before the head.
  void notePeer(Reach reach) { from_ = reach; }
  // False: the head is not acceptable, end the transfer.
  bool onHeaderLine(std::string_view line);
  // How many bytes of a body come at once, at most; before the first do.
  void expectReads(std::size_t bytes) { readBytes_ = bytes; }
  enum class Take { Taken, Pause, Refuse };
  Take onBody(std::span<const std::byte> data);
  void onDone(Outcome outcome);
  // Tells the consumer what has come since the last call.
  void settle();
  // Whether there is room for what the next read brings; else the driver is to pause.
  bool makeRoom();
  void setPaused(bool paused) { paused_.store(paused); }
  bool isPaused() const { return paused_.load(); }

  // Consumer ---------------------------------------------------------------------------------------------------------

  std::shared_ptr<runtime::Signal> signal() const { return signal_; }
  void detach();
  bool hasHead() const;
  // Only after hasHead(): the head does not change any more.
  const ResponseHead& head() const { return head_; }
  std::optional<Outcome> outcome() const;
  // Collect: the body, after the outcome.
  std::string takeBody() { return std::move(body_); }
  std::span<const std::byte> peek() const { return buffer_.peek(); }
  // True: the driver has paused the transfer and must be told to go on.
  bool consume(std::size_t bytes);

 private:
  bool parseStatusLine(std::string_view line);
  void completeHead();
  bool isTooLong() const;

  const RequestSpec spec_;

  // Of the driver until published by headComplete_ or outcome_.
  ResponseHead head_;
  Reach from_ = Reach::Public;
  std::size_t headBytes_ = 0;
  std::string body_;
  std::uint64_t dropped_ = 0;
  std::optional<std::uint64_t> left_;  // of the body, where the head says how long it is
  bool dirty_ = false;

  BodyBuffer buffer_;
  std::size_t readBytes_ = PiecePool::kPieceBytes;
  // Sequentially consistent, as the buffer's lock is: the driver pauses on "full" and the consumer wakes it on
  // "paused", so that each must see the other's last step.
  std::atomic<bool> paused_{false};

  mutable std::mutex mutex_;
  bool headComplete_ = false;
  std::optional<Outcome> outcome_;
  bool tooLarge_ = false;
  bool badHead_ = false;
  std::shared_ptr<runtime::Signal> signal_;
};

}  // namespace larder::upstream
