// A connection's byte channel: the transport with deadlines, and the buffer of what was read and not yet used.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "transport.hpp"

namespace larder::http {

using runtime::SteadyTime;

// Lives on one io thread. A deadline that passes is noticed by the server's sweep, which calls expire().
class Channel {
 public:
  explicit Channel(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}

  Transport& transport() { return *transport_; }

  // What the sweep looks at; nothing while the handler works.
  std::optional<SteadyTime> deadline() const { return deadline_; }
  void setDeadline(std::optional<SteadyTime> when) { deadline_ = when; }
  void expire() { transport_->cancel(); }

  // Unused bytes that were read.
  std::span<const std::byte> buffered() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes);
  // Reads more behind what is buffered; the buffer grows up to `limit`. False at the end, on errors, past the deadline,
  // or if the buffer is full.
  Task<bool> fill(std::size_t limit);
  // Gives back what an idle connection need not hold.
  void releaseBuffer();

  // Sends all parts; the deadline is set anew for each wait. False if the client left or stood still.
  Task<bool> send(std::span<iovec> parts, bool more, std::chrono::milliseconds idle);
  // One attempt to send without waiting: true if everything went out. Parts are advanced by what was sent.
  bool trySend(std::span<iovec> parts, bool& broken);
  Task<bool> sendFile(int file, std::uint64_t offset, std::uint64_t length, std::chrono::milliseconds idle);

  std::uint64_t bytesSent() const { return bytesSent_; }

 private:
  bool makeRoom(std::size_t limit);

  std::unique_ptr<Transport> transport_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  bool filledUp_ = false;  // by the last read
  bool drained_ = false;   // the socket, by the last read
  std::optional<SteadyTime> deadline_;
  std::uint64_t bytesSent_ = 0;
};

}  // namespace larder::http
