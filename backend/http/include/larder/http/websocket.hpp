// WebSockets (RFC 6455) beside the requests of a server's port, with permessage-deflate (RFC 7692).
//
// A handler answers the opening handshake with acceptWebSocket() and a session. From then on the connection asks the
// session for what to send, one message at a time and the next one only when the one before is out: what waits for a
// slow peer waits in the session, which bounds it. Pings, pongs, fragments and the closing handshake are the
// connection's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "larder/http/message.hpp"
#include "larder/runtime/signal.hpp"

namespace larder::http {

// A text, made ready once for any number of peers. Immutable, thread-safe.
class WebSocketText {
 public:
  // `text` is UTF-8. It is compressed with no memory of earlier messages, so that all peers can have the same; a short
  // one is not.
  explicit WebSocketText(std::string text);
  const std::string& plain() const { return plain_; }
  const std::string& deflated() const { return deflated_; }  // "": not worth it

 private:
  std::string plain_, deflated_;
};

// One message: what is this peer's own, then what it has in common with others.
struct WebSocketMessage {
  std::string prefix;  // some hundred bytes at most
  std::shared_ptr<const WebSocketText> text;
};

// Why a WebSocket ends (RFC 6455, section 7.4).
struct WebSocketClose {
  std::uint16_t code = 1000;
  std::string reason;  // at most 123 bytes
};

// One WebSocket as the application sees it. All calls come on the connection's thread, and none may block. Destroyed
// when the connection has ended, whatever ended it.
class WebSocketSession {
 public:
  static constexpr std::size_t kMaxMessageBytes = 64 * 1024;  // from the peer; larger ones end it with 1009

  virtual ~WebSocketSession() = default;
  // What to send next, if there is anything now.
  virtual std::optional<WebSocketMessage> take() = 0;
  // Set once the WebSocket is to end; what take() still has is not sent.
  virtual std::optional<WebSocketClose> closing() = 0;
  // To be notified, from any thread, when take() or closing() have something.
  virtual runtime::Signal& changed() = 0;
  // A text message of the peer.
  virtual void received(std::string text) = 0;
};

// The answer to an opening handshake, with the session to go on with; 426 or 400 where the request is none.
Response acceptWebSocket(const RequestHead& head, std::shared_ptr<WebSocketSession> session);

}  // namespace larder::http
