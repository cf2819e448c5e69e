#include "connection_body.hpp"

#include <algorithm>

namespace larder::http {

namespace {
// What an upload reads at once; held by the connection until the request ends.
constexpr std::size_t kBodyBuffer = 256 * 1024;
// … while so many are read that large ones would fill the memory.
constexpr std::size_t kManyBodies = 128;
constexpr std::size_t kSmallBodyBuffer = 32 * 1024;

tl::unexpected<core::Error> gone(const Channel& channel) {
  return channel.timedOut()
             ? core::fail(core::ErrorCode::Timeout, "The client sent the body too slowly.")
             : core::fail(core::ErrorCode::Cancelled, "The client disconnected before the body was complete.");
}

tl::unexpected<core::Error> tooMany() {
  core::Error error(core::ErrorCode::TooManyRequests, "Too many requests with a body at once. Try again.");
  error.retryAfter = std::chrono::seconds(1);
  return core::fail(std::move(error));
}
}  // namespace

ConnectionBody::ConnectionBody(Channel& channel, RequestParser& parser, const Limits& limits)
    : channel_(channel), parser_(parser), limits_(limits) {
  left_ = parser.contentLength().value_or(0);
  finished_ = !parser.chunked() && left_ == 0;
  awaitsContinue_ = parser.expectsContinue() && !finished_;
}

Task<Result<void>> ConnectionBody::fill() {
  bool many = limits_.bodies.taken() > kManyBodies;
  if (!co_await channel_.receive(many ? kSmallBodyBuffer : kBodyBuffer, limits_.idle)) co_return gone(channel_);
  co_return Result<void>{};
}

Task<Result<std::span<const std::byte>>> ConnectionBody::read() {
  channel_.consume(handedOut_);
  handedOut_ = 0;
  if (finished_) co_return std::span<const std::byte>{};
  if (!place_ && (parser_.chunked() || left_ > channel_.buffered().size())) {
    place_ = limits_.bodies.take(limits_.network);
    if (!place_) co_return tooMany();
  }
  if (awaitsContinue_) {
    awaitsContinue_ = false;
    char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
    iovec part{line, sizeof line - 1};
    if (!co_await channel_.send({&part, 1}, false, limits_.idle)) co_return gone(channel_);
  }
  if (parser_.chunked()) co_return co_await readChunked();
  co_return co_await readCounted();
}

Task<Result<std::span<const std::byte>>> ConnectionBody::readCounted() {
  if (channel_.buffered().empty()) {
    if (auto filled = co_await fill(); !filled) co_return core::fail(filled.error());
  }
  auto data = channel_.buffered();
  data = data.first(static_cast<std::size_t>(std::min<std::uint64_t>(data.size(), left_)));
  left_ -= data.size();
  handedOut_ = data.size();
  finished_ = left_ == 0;
  co_return data;
}

Task<Result<std::span<const std::byte>>> ConnectionBody::readChunked() {
  while (true) {
    auto step = chunks_.decode(channel_.buffered());
    if (step.failed) {
      co_return core::fail(core::ErrorCode::InvalidArgument, "The body has invalid chunked encoding.");
    }
    if (!step.data.empty()) {
      handedOut_ = step.consumed;
      co_return step.data;
    }
    channel_.consume(step.consumed);
    if (step.done) {
      finished_ = true;
      co_return std::span<const std::byte>{};
    }
    if (step.consumed > 0) continue;
    if (auto filled = co_await fill(); !filled) co_return core::fail(filled.error());
  }
}

std::optional<std::uint64_t> ConnectionBody::unread() const {
  if (finished_) return 0;
  if (awaitsContinue_ || parser_.chunked()) return std::nullopt;
  return left_;
}

Task<bool> ConnectionBody::skip() {
  channel_.consume(handedOut_);
  handedOut_ = 0;
  auto rest = left_;
  left_ = 0;
  if (finished_) co_return true;
  finished_ = true;
  co_return co_await channel_.skip(rest);
}

}  // namespace larder::http
