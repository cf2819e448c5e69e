#include "websocket/peer.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "websocket/deflate.hpp"

namespace larder::http {
namespace {

using std::chrono::seconds;

// Keeps proxies from taking the connection for a dead one, and finds out dead ones.
constexpr seconds kPingEvery{30};
constexpr seconds kLongestSilence{75};
// From our closing frame until the peer's.
constexpr seconds kCloseWait{5};
constexpr std::size_t kMaxFrameHead = 14;
// Before others on the thread get their turn.
constexpr std::size_t kFramesInARow = 32;

constexpr std::uint16_t kGoingAway = 1001, kProtocolError = 1002, kUnsupported = 1003, kInvalid = 1007, kTooBig = 1009;
constexpr std::uint16_t kNoCode = 1005;

SteadyTime peerNow() {
  return std::chrono::steady_clock::now();
}

}  // namespace

WebSocketPeer::WebSocketPeer(Channel& channel, std::shared_ptr<WebSocketSession> session, bool deflate,
                             std::chrono::milliseconds writeTimeout)
    : channel_(channel),
      session_(std::move(session)),
      deflate_(deflate),
      writeTimeout_(writeTimeout),
      heardAt_(peerNow()),
      pingAt_(peerNow() + kPingEvery) {}

void WebSocketPeer::goAway() {
  fail(kGoingAway, "The server is shutting down.");
}

// The first reason counts.
bool WebSocketPeer::fail(std::uint16_t code, std::string reason) {
  if (!close_) close_ = WebSocketClose{code, std::move(reason)};
  session_->changed().notify();
  if (sendUntil_) {
    // Who does not read gets no longer to see the end than who does not answer.
    sendUntil_ = std::min(*sendUntil_, peerNow() + kCloseWait);
    watch();
  }
  return false;
}

void WebSocketPeer::watch() {
  auto deadline = heardAt_ + (closeSent_ ? kCloseWait : kLongestSilence);
  channel_.setDeadline(sendUntil_ ? std::min(deadline, *sendUntil_) : deadline);
}

Task<> WebSocketPeer::run() {
  auto self = shared_from_this();
  runtime::spawn(co_await runtime::currentExecutor(), "websocket-writer", write(self));
  constexpr std::size_t limit = WebSocketSession::kMaxMessageBytes + kMaxFrameHead;
  for (std::size_t frames = 1;; ++frames) {
    if (frames % kFramesInARow == 0) co_await runtime::giveWay();
    FrameHead head;
    auto bytes = channel_.buffered();
    if (!parseFrameHead(bytes, head)) {
      fail(kProtocolError, "Protocol error.");
      break;
    }
    if (head.size > 0 && head.length > WebSocketSession::kMaxMessageBytes) {
      fail(kTooBig, "The message is too large.");
      break;
    }
    if (head.size == 0 || bytes.size() - head.size < head.length) {
      watch();
      if (bytes.empty()) channel_.releaseBuffer();
      if (!co_await channel_.fill(limit)) {
        gone_ = true;
        break;
      }
      heardAt_ = peerNow();
      continue;
    }
    auto payload = unmask(bytes.subspan(head.size, static_cast<std::size_t>(head.length)), head);
    channel_.consume(head.size + static_cast<std::size_t>(head.length));
    if (!take(head, payload)) break;
  }
  // The writer sends the closing frame, unless it has or the peer is gone, and ends.
  session_->changed().notify();
  while (writing_) {
    auto seen = written_.version();
    if (!writing_) break;
    co_await written_.wait(seen, peerNow() + kCloseWait);
  }
}

bool WebSocketPeer::take(const FrameHead& head, const std::string& payload) {
  if (head.isControl()) return takeControl(head.opcode, payload);
  // Once the end is announced, what the peer still says is of no interest.
  if (close_) return true;
  bool isFirst = head.opcode != Opcode::Continuation;
  if (isFirst == gathering_ || (head.compressed && (!deflate_ || !isFirst))) {
    return fail(kProtocolError, "Unexpected frame.");
  }
  if (head.opcode == Opcode::Binary) return fail(kUnsupported, "Only text messages are supported.");
  if (isFirst) compressed_ = head.compressed;
  gathering_ = !head.fin;
  gathered_ += payload;
  if (gathered_.size() > WebSocketSession::kMaxMessageBytes) return fail(kTooBig, "The message is too large.");
  if (!head.fin) return true;
  auto text = std::exchange(gathered_, {});
  if (compressed_) {
    auto inflated = inflateMessage(text, WebSocketSession::kMaxMessageBytes);
    if (!inflated) return fail(kInvalid, "The compressed message is invalid or too large.");
    text = std::move(*inflated);
  }
  session_->received(std::move(text));
  return true;
}

bool WebSocketPeer::takeControl(Opcode opcode, const std::string& payload) {
  if (opcode == Opcode::Ping) {
    pong_ = makeFrame(Opcode::Pong, payload);
    session_->changed().notify();
    return true;
  }
  if (opcode == Opcode::Pong) return true;
  return fail(closeCode(payload), "");
}

Task<> WebSocketPeer::write(std::shared_ptr<WebSocketPeer> self) {
  try {
    co_await self->writeAll();
  } catch (const std::exception& e) {
    spdlog::error("websocket.failed error=\"{}\"", e.what());
    self->channel_.expire();
  }
  self->writing_ = false;
  self->written_.notify();
}

Task<> WebSocketPeer::writeAll() {
  while (true) {
    auto seen = session_->changed().version();
    if (auto closing = session_->closing(); closing && !close_) close_ = std::move(closing);
    if (gone_) co_return;
    auto first = urgent();
    if (!first.empty() && !co_await send(std::move(first))) co_return;
    // The peer answers with its own, which the reader waits for.
    if (closeSent_) co_return;
    auto message = session_->take();
    if (message) {
      if (!co_await sendMessage(std::move(*message))) co_return;
      continue;
    }
    co_await session_->changed().wait(seen, pingAt_);
  }
}

std::string WebSocketPeer::urgent() {
  auto frames = std::exchange(pong_, {});
  if (close_) {
    bool bare = close_->code == kNoCode;
    frames += makeFrame(Opcode::Close, bare ? std::string() : closePayload(close_->code, close_->reason));
    closeSent_ = true;
    heardAt_ = peerNow();
    return frames;
  }
  if (peerNow() >= pingAt_) {
    pingAt_ = peerNow() + kPingEvery;
    frames += makeFrame(Opcode::Ping, "");
  }
  return frames;
}

Task<bool> WebSocketPeer::sendMessage(WebSocketMessage message) {
  bool deflate = deflate_ && !message.text->deflated().empty();
  auto begin = deflate && !message.prefix.empty() ? storedBlock(message.prefix) : std::move(message.prefix);
  const auto& rest = deflate ? message.text->deflated() : message.text->plain();
  begin.insert(0, makeFrameHead(Opcode::Text, begin.size() + rest.size(), deflate));
  co_return co_await send(std::move(begin), rest);
}

Task<bool> WebSocketPeer::send(std::string begin, std::string_view rest) {
  auto part = [](std::string_view text) { return iovec{const_cast<char*>(text.data()), text.size()}; };
  std::array parts{part(begin), part(rest)};
  sendUntil_ = peerNow() + writeTimeout_;
  bool sent = co_await channel_.send(parts, false, writeTimeout_);
  sendUntil_.reset();
  // What cannot be sent ends the reader too.
  if (!sent) channel_.expire();
  watch();
  co_return sent;
}

}  // namespace larder::http
