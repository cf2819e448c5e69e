// Drives one WebSocket on the channel of its connection: a reader, and a writer beside it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "channel.hpp"
#include "larder/http/websocket.hpp"
#include "websocket/frame.hpp"

namespace larder::http {

// Lives on the connection's io thread. `channel` and what `writeTimeout` was read from outlive run().
class WebSocketPeer : public std::enable_shared_from_this<WebSocketPeer> {
 public:
  WebSocketPeer(Channel& channel, std::shared_ptr<WebSocketSession> session, bool deflate,
                std::chrono::milliseconds writeTimeout);

  // Until either side has ended it. What was read of the channel beforehand is the first of the peer's frames.
  Task<> run();
  // The daemon stops: ends it with 1001.
  void goAway();

 private:
  // Ends the reader when it is false.
  bool take(const FrameHead& head, const std::string& payload);
  bool takeControl(Opcode opcode, const std::string& payload);
  bool fail(std::uint16_t code, std::string reason);
  static Task<> write(std::shared_ptr<WebSocketPeer> self);
  Task<> writeAll();
  // One frame, of which `rest` is the end.
  Task<bool> send(std::string begin, std::string_view rest = {});
  Task<bool> sendMessage(WebSocketMessage message);
  // What goes before messages: the closing frame, pongs, and a ping when it is due.
  std::string urgent();
  // Sets the channel's deadline: for the peer to say something, and for what is being sent to be taken.
  void watch();

  Channel& channel_;
  const std::shared_ptr<WebSocketSession> session_;
  const bool deflate_;
  const std::chrono::milliseconds writeTimeout_;
  SteadyTime heardAt_, pingAt_;
  std::string pong_;  // the frame, for the latest ping; "": none is owed
  std::optional<WebSocketClose> close_;
  bool closeSent_ = false;
  bool gone_ = false;  // nothing more can be sent
  std::optional<SteadyTime> sendUntil_;
  // A message that comes in fragments.
  bool gathering_ = false, compressed_ = false;
  std::string gathered_;
  bool writing_ = true;
  runtime::Signal written_;  // the writer has ended
};

}  // namespace larder::http
