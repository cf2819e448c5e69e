#include "connection_body.hpp"

#include <algorithm>

namespace larder::http {

namespace {
// What an upload reads at once; held by the connection until the request ends.
constexpr std::size_t kBodyBuffer = 256 * 1024;

tl::unexpected<core::Error> gone() {
  return core::fail(core::ErrorCode::Cancelled, "The client left before the body was complete.");
}
}  // namespace

ConnectionBody::ConnectionBody(Channel& channel, RequestParser& parser, std::chrono::milliseconds idle)
    : channel_(channel), parser_(parser), idle_(idle) {
  left_ = parser.contentLength().value_or(0);
  finished_ = !parser.chunked() && left_ == 0;
  awaitsContinue_ = parser.expectsContinue() && !finished_;
}

Task<bool> ConnectionBody::fill() {
  channel_.setDeadline(std::chrono::steady_clock::now() + idle_);
  bool filled = co_await channel_.fill(kBodyBuffer);
  channel_.setDeadline(std::nullopt);
  co_return filled;
}

Task<Result<std::span<const std::byte>>> ConnectionBody::read() {
  channel_.consume(handedOut_);
  handedOut_ = 0;
  if (finished_) co_return std::span<const std::byte>{};
  if (awaitsContinue_) {
    awaitsContinue_ = false;
    char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
    iovec part{line, sizeof line - 1};
    if (!co_await channel_.send({&part, 1}, false, idle_)) co_return gone();
  }
  if (parser_.chunked()) co_return co_await readChunked();
  co_return co_await readCounted();
}

Task<Result<std::span<const std::byte>>> ConnectionBody::readCounted() {
  if (channel_.buffered().empty() && !co_await fill()) co_return gone();
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
      co_return core::fail(core::ErrorCode::InvalidArgument, "The chunked coding of the body is broken.");
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
    if (step.consumed == 0 && !co_await fill()) co_return gone();
  }
}

Task<bool> ConnectionBody::drain(std::size_t limit) {
  if (awaitsContinue_) co_return false;
  std::size_t dropped = 0;
  while (!finished_ || handedOut_ > 0) {
    if (dropped > limit || (!parser_.chunked() && left_ > limit)) co_return false;
    auto chunk = co_await read();
    if (!chunk) co_return false;
    dropped += chunk->size();
  }
  co_return true;
}

}  // namespace larder::http
