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

// How slowly a peer may send or read, averaged over the window. 0 bytes per second: as slowly as it likes.
struct Pace {
  double bytesPerSecond = 0;
  std::chrono::nanoseconds window{};
};

// Lives on one io thread. A deadline that passes is noticed by the server's sweep, which calls expireIfOverdue().
class Channel {
 public:
  // `reading`: where files are read that are to be sent and not in memory.
  Channel(std::unique_ptr<Transport> transport, runtime::Executor reading)
      : transport_(std::move(transport)), reading_(std::move(reading)) {}

  Transport& transport() { return *transport_; }

  // What the sweep looks at; nothing while the handler works.
  std::optional<SteadyTime> deadline() const { return deadline_; }
  void setDeadline(std::optional<SteadyTime> when) { deadline_ = when; }
  // Past the deadline: ends the wait that is under way and makes timedOut() true. What was asked of the channel then
  // fails; what is asked of it later works, so that the peer can be told.
  void expireIfOverdue(SteadyTime now);
  bool timedOut() const { return timedOut_; }
  void expire() { transport_->cancel(); }

  // A message begins, in either direction: from now on the peer has the window to spend on waits, and earns time with
  // what it sends or takes. While it reads an answer, what its kernel confirms counts, so that one whose buffers are
  // large is not taken for one that stands still.
  void beginMessage(Pace pace);
  // Deadlines are as they are set from now on.
  void endPace() { paced_ = false; }

  // Unused bytes that were read.
  std::span<const std::byte> buffered() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes);
  // Reads more behind what is buffered; the buffer grows up to `limit`. False at the end, on errors, past the deadline,
  // or if the buffer is full.
  Task<bool> fill(std::size_t limit);
  // fill(), for a message that is under way: within `idle` (0: no limit) and the pace.
  Task<bool> receive(std::size_t limit, std::chrono::milliseconds idle);
  // Reads and drops, into memory that all share. False if less has come until the end or the deadline.
  Task<bool> skip(std::uint64_t bytes);
  // Gives back what an idle connection need not hold.
  void releaseBuffer();

  // Sends all parts; the deadline is set anew for each wait. False if the client left, stood still for `idle` (0: no
  // limit) or fell behind the pace.
  Task<bool> send(std::span<iovec> parts, bool more, std::chrono::milliseconds idle);
  // One attempt to send without waiting: true if everything went out. Parts are advanced by what was sent.
  bool trySend(std::span<iovec> parts, bool& broken);
  // The file is read on another thread where it is not in the page cache. It must stay open until this returns.
  Task<bool> sendFile(int file, std::uint64_t offset, std::uint64_t length, std::chrono::milliseconds idle);
  // Whether sendFile() was false since the file has less than was to be sent, or could not be read.
  bool fileFailed() const { return fileFailed_; }

  std::uint64_t bytesSent() const { return bytesSent_; }

 private:
  struct WriteWait {
    SteadyTime since;  // when time was last accounted for
    std::chrono::milliseconds idle;
    std::uint64_t unacknowledged;
  };

  bool makeRoom(std::size_t limit);
  Task<bool> waitToWrite(IoStatus want, std::chrono::milliseconds idle);
  std::optional<SteadyTime> dueAfter(std::chrono::milliseconds idle, SteadyTime from) const;
  void spend(std::chrono::nanoseconds time) { credit_ -= time; }
  void earn(std::uint64_t bytes);

  std::unique_ptr<Transport> transport_;
  runtime::Executor reading_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  bool filledUp_ = false;  // by the last read
  bool drained_ = false;   // the socket, by the last read
  std::optional<SteadyTime> deadline_;
  std::uint64_t bytesSent_ = 0;
  bool timedOut_ = false;
  bool fileFailed_ = false;
  bool paced_ = false;
  Pace pace_;
  std::chrono::nanoseconds credit_{};  // what the peer may still wait
  std::optional<WriteWait> writeWait_;
};

}  // namespace larder::http
