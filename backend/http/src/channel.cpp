#include "channel.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "larder/runtime/offload.hpp"
#include "larder/runtime/turn.hpp"
#include "page_cache.hpp"

namespace larder::http {

namespace {

constexpr std::size_t kFirstBuffer = 1024;
// What one sendfile(2) may send: enough to amortize the call, little enough that others on the thread get their turn.
constexpr std::size_t kFileStep = 1024 * 1024;
// What is waited for before a client of a slow disk gets its first bytes.
constexpr std::size_t kColdStep = 128 * 1024;
// How far the disk reads ahead of what is sent.
constexpr std::uint64_t kReadAhead = 4 * 1024 * 1024;
constexpr std::size_t kScratch = 64 * 1024;

// What is read into it, nobody looks at; so one serves all connections of a thread.
std::span<std::byte> scratch() {
  static thread_local const std::unique_ptr<std::byte[]> memory(new std::byte[kScratch]);
  return {memory.get(), kScratch};
}

void advance(std::span<iovec> parts, std::size_t bytes) {
  for (auto& part : parts) {
    auto step = std::min(bytes, part.iov_len);
    part.iov_base = static_cast<char*>(part.iov_base) + step;
    part.iov_len -= step;
    bytes -= step;
    if (bytes == 0) return;
  }
}

// Without the leading parts that have been sent.
std::span<iovec> remaining(std::span<iovec> parts) {
  while (!parts.empty() && parts.front().iov_len == 0) parts = parts.subspan(1);
  return parts;
}

}  // namespace

void Channel::consume(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ == end_) begin_ = end_ = 0;
}

void Channel::releaseBuffer() {
  if (begin_ == end_ && buffer_.size() > kFirstBuffer) {
    buffer_ = {};
    begin_ = end_ = 0;
  }
}

bool Channel::makeRoom(std::size_t limit) {
  // Who sends faster than this reads gets larger reads, up to the limit.
  bool larger = std::exchange(filledUp_, false) || end_ == buffer_.size();
  if (begin_ > 0 && end_ == buffer_.size()) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  } else if (larger && buffer_.size() < limit) {
    buffer_.resize(std::min(limit, std::max(kFirstBuffer, buffer_.size() * 2)));
  }
  return end_ < buffer_.size();
}

void Channel::beginMessage(Pace pace) {
  pace_ = pace;
  paced_ = true;
  credit_ = pace.window;
  timedOut_ = false;
}

void Channel::earn(std::uint64_t bytes) {
  if (pace_.bytesPerSecond <= 0) return;
  std::chrono::duration<double> earned(static_cast<double>(bytes) / pace_.bytesPerSecond);
  if (earned >= pace_.window) {
    credit_ = pace_.window;
    return;
  }
  credit_ = std::min(pace_.window, credit_ + std::chrono::duration_cast<std::chrono::nanoseconds>(earned));
}

std::optional<SteadyTime> Channel::dueAfter(std::chrono::milliseconds idle, SteadyTime from) const {
  std::optional<std::chrono::nanoseconds> left;
  if (idle > std::chrono::milliseconds::zero()) left = idle;
  if (paced_ && pace_.bytesPerSecond > 0) left = std::min<std::chrono::nanoseconds>(left.value_or(credit_), credit_);
  if (!left) return std::nullopt;
  return from + *left;
}

void Channel::expireIfOverdue(SteadyTime now) {
  if (!deadline_ || *deadline_ > now) return;
  if (writeWait_ && paced_) {
    auto open = transport_->unacknowledged();
    if (open < writeWait_->unacknowledged) {
      spend(now - writeWait_->since);
      earn(writeWait_->unacknowledged - open);
      writeWait_->since = now;
      writeWait_->unacknowledged = open;
      deadline_ = dueAfter(writeWait_->idle, now);
      if (!deadline_ || *deadline_ > now) return;
    }
  }
  timedOut_ = true;
  transport_->interrupt();
}

Task<bool> Channel::receive(std::size_t limit, std::chrono::milliseconds idle) {
  auto began = std::chrono::steady_clock::now();
  auto before = end_ - begin_;
  setDeadline(dueAfter(idle, began));
  bool filled = co_await fill(limit);
  setDeadline(std::nullopt);
  spend(std::chrono::steady_clock::now() - began);
  if (filled) earn(end_ - begin_ - before);
  co_return filled;
}

Task<bool> Channel::skip(std::uint64_t bytes) {
  auto held = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, end_ - begin_));
  consume(held);
  bytes -= held;
  while (bytes > 0) {
    auto result = transport_->read(scratch().first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, kScratch))));
    if (result.status == IoStatus::Closed) co_return false;
    if (result.status == IoStatus::Ok) {
      bytes -= result.bytes;
      continue;
    }
    if (!co_await transport_->wait(result.status) || timedOut_) co_return false;
  }
  drained_ = false;
  co_return true;
}

Task<bool> Channel::waitToWrite(IoStatus want, std::chrono::milliseconds idle) {
  auto began = std::chrono::steady_clock::now();
  if (paced_) writeWait_ = WriteWait{began, idle, transport_->unacknowledged()};
  deadline_ = dueAfter(idle, began);
  bool ready = co_await transport_->wait(want);
  if (writeWait_) spend(std::chrono::steady_clock::now() - writeWait_->since);
  writeWait_.reset();
  // Nothing is due while the next piece is made.
  deadline_.reset();
  co_return ready && !timedOut_;
}

Task<bool> Channel::fill(std::size_t limit) {
  if (!makeRoom(limit)) co_return false;
  std::span<std::byte> room{buffer_.data() + end_, buffer_.size() - end_};
  // What the last read drained, receive() tries once more; a second time would mostly be in vain.
  auto result = drained_ ? IoResult{IoStatus::WantRead} : transport_->read(room);
  while (result.status != IoStatus::Ok) {
    if (result.status == IoStatus::Closed) co_return false;
    if (result.status == IoStatus::WantRead) {
      result = co_await transport_->receive(room);
    } else {
      if (!co_await transport_->wait(result.status)) co_return false;
      result = transport_->read(room);
    }
  }
  end_ += result.bytes;
  filledUp_ = end_ == buffer_.size();
  drained_ = result.drained;
  co_return true;
}

bool Channel::trySend(std::span<iovec> parts, bool& broken) {
  parts = remaining(parts);
  if (parts.empty()) return true;
  auto result = transport_->write(parts, false);
  broken = result.status == IoStatus::Closed;
  if (result.status != IoStatus::Ok) return false;
  bytesSent_ += result.bytes;
  advance(parts, result.bytes);
  return remaining(parts).empty();
}

Task<bool> Channel::send(std::span<iovec> parts, bool more, std::chrono::milliseconds idle) {
  while (true) {
    parts = remaining(parts);
    if (parts.empty()) co_return true;
    auto result = transport_->write(parts, more);
    if (result.status == IoStatus::Ok) {
      bytesSent_ += result.bytes;
      earn(result.bytes);
      advance(parts, result.bytes);
      continue;
    }
    if (result.status == IoStatus::Closed) co_return false;
    if (!co_await waitToWrite(result.status, idle)) co_return false;
  }
}

Task<bool> Channel::sendFile(int file, std::uint64_t offset, std::uint64_t length, std::chrono::milliseconds idle) {
  const auto begin = offset, end = offset + length;
  auto inMemory = offset;  // up to here
  auto ahead = offset;     // up to here, the disk has been asked
  bool cold = false;
  while (length > 0) {
    auto step = static_cast<std::size_t>(std::min<std::uint64_t>(length, kFileStep));
    if (offset >= inMemory) {
      bool missing = !isInPageCache(file, offset, step);
      cold = cold || missing;
      if (missing && offset == begin) step = std::min(step, kColdStep);
      if (missing || (cold && ahead < end && offset + kReadAhead / 2 > ahead)) {
        auto from = std::max(ahead, offset), to = std::min(end, offset + kReadAhead);
        co_await runtime::offload(reading_, [=] {
          if (to > from) readAhead(file, from, to - from);
          // That may return before anything is there.
          if (missing) bringIn(file, offset, step);
        });
        ahead = std::max(ahead, to);
      }
      inMemory = offset + step;
    }
    step = static_cast<std::size_t>(std::min<std::uint64_t>(step, inMemory - offset));
    auto result = transport_->sendFile(file, offset, step);
    if (result.status == IoStatus::Ok) {
      bytesSent_ += result.bytes;
      earn(result.bytes);
      offset += result.bytes;
      length -= result.bytes;
      // Who reads as fast as this sends would keep the thread to itself until the end of the file.
      if (length > 0 && result.bytes == step) {
        co_await runtime::giveWay();
      }
      continue;
    }
    fileFailed_ = result.status == IoStatus::FileFailed;
    if (fileFailed_ || result.status == IoStatus::Closed) co_return false;
    if (!co_await waitToWrite(result.status, idle)) co_return false;
  }
  co_return true;
}

}  // namespace larder::http
