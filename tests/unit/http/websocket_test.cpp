#include "larder/http/websocket.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <mutex>

#include "larder/http/server.hpp"
#include "support/raw_client.hpp"
#include "support/run_task.hpp"
#include "websocket/deflate.hpp"
#include "websocket/frame.hpp"

namespace larder::http {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using support::RawClient;

// What the test sends and sees. Outlives the session.
struct Line {
  std::mutex mutex;
  std::deque<WebSocketMessage> out;
  std::optional<WebSocketClose> close;
  runtime::Signal changed;
  std::promise<void> ended;

  void say(std::string text, std::string prefix = "") {
    {
      std::lock_guard lock(mutex);
      out.push_back({std::move(prefix), std::make_shared<const WebSocketText>(std::move(text))});
    }
    changed.notify();
  }
  void end(WebSocketClose why) {
    {
      std::lock_guard lock(mutex);
      close = std::move(why);
    }
    changed.notify();
  }
};

// Answers each message with itself in brackets.
class Session final : public WebSocketSession {
 public:
  explicit Session(Line& line) : line_(line) {}
  ~Session() override { line_.ended.set_value(); }

  std::optional<WebSocketMessage> take() override {
    std::lock_guard lock(line_.mutex);
    if (line_.out.empty()) return std::nullopt;
    auto message = std::move(line_.out.front());
    line_.out.pop_front();
    return message;
  }
  std::optional<WebSocketClose> closing() override {
    std::lock_guard lock(line_.mutex);
    return line_.close;
  }
  runtime::Signal& changed() override { return line_.changed; }
  void received(std::string text) override { line_.say("[" + text + "]"); }

 private:
  Line& line_;
};

class WebSocketTest : public testing::Test, public Handler {
 protected:
  void SetUp() override {
    server_ = std::move(*Server::listen(threads_.get(), {.address = "127.0.0.1"}, *this, metrics_));
    server_->start();
  }
  void TearDown() override { threads_.run(server_->shutdown(0ms)); }

  bool tryReady(const RequestHead&, ReadyResponse&) override { return false; }
  Task<Response> handle(Request& request) override {
    co_return acceptWebSocket(request.head, std::make_shared<Session>(line_));
  }
  void finished(const RequestHead&, const Outcome&) override {}

  // The server's answer to an opening handshake.
  static std::string open(RawClient& client, const std::string& more = "") {
    client.send(
        "GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
        more + "\r\n");
    return client.readUntil("\r\n\r\n");
  }
  // A client's frame, masked with zeros.
  static std::string frame(std::uint8_t first, const std::string& payload) {
    std::string text{static_cast<char>(first)};
    if (payload.size() < 126) {
      text += static_cast<char>(0x80 | payload.size());
    } else {
      text += "\xfe"s + static_cast<char>(payload.size() >> 8) + static_cast<char>(payload.size() & 0xff);
    }
    return text + "\0\0\0\0"s + payload;
  }
  static std::string serverText(const std::string& payload) { return makeFrame(Opcode::Text, payload); }
  // The code that the server closes with.
  static std::uint16_t readClose(RawClient& client) {
    auto head = client.readBytes(2);
    if (head.size() < 2 || head[0] != '\x88') return 0;
    return closeCode(client.readBytes(static_cast<std::size_t>(head[1])));
  }

  Line line_;
  test::TestRuntime threads_;
  telemetry::MetricRegistry metrics_;
  std::unique_ptr<Server> server_;
};

TEST_F(WebSocketTest, AnswersTheHandshakeAndMessages) {
  RawClient client(server_->port());
  auto answer = open(client);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 ")) << answer;
  EXPECT_NE(answer.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos) << answer;
  client.send(frame(0x81, "hello"));
  EXPECT_EQ(client.readBytes(9), serverText("[hello]"));
  line_.say("news", "the ");
  EXPECT_EQ(client.readBytes(10), serverText("the news"));
}

TEST_F(WebSocketTest, PutsFragmentsTogetherAndAnswersPingsBetween) {
  RawClient client(server_->port());
  open(client);
  client.send(frame(0x01, "one "));
  client.send(frame(0x89, "ping"));
  EXPECT_EQ(client.readBytes(6), makeFrame(Opcode::Pong, "ping"));
  client.send(frame(0x00, "two "));
  client.send(frame(0x80, "three"));
  EXPECT_EQ(client.readBytes(17), serverText("[one two three]"));
}

TEST_F(WebSocketTest, SpeaksDeflateWithWhoOffersIt) {
  RawClient client(server_->port());
  auto answer = open(client, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
  EXPECT_NE(answer.find("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover"), std::string::npos);
  std::string large(2000, 'x');
  client.send(frame(0xc1, deflateMessage(large)));
  auto head = client.readBytes(2);
  ASSERT_EQ(head[0], '\xc1');
  auto payload = client.readBytes(static_cast<std::size_t>(head[1]));
  EXPECT_EQ(inflateMessage(payload, 5000), "[" + large + "]");
  line_.say(large, "number 1: ");
  head = client.readBytes(2);
  EXPECT_EQ(inflateMessage(client.readBytes(static_cast<std::size_t>(head[1])), 5000), "number 1: " + large);
}

TEST_F(WebSocketTest, ClosesForWhatBreaksTheProtocol) {
  struct Case {
    std::string bytes;
    std::uint16_t code;
  };
  Case cases[] = {{"\x81\x05Hello", 1002},
                  {frame(0x80, "no beginning"), 1002},
                  {frame(0xc1, "nobody agreed to compress"), 1002},
                  {frame(0x82, "binary"), 1003},
                  {"\x81\xff\0\0\0\0\0\x02\0\0mask"s, 1009}};
  for (const auto& one : cases) {
    line_.ended = {};
    RawClient client(server_->port());
    open(client);
    client.send(one.bytes);
    EXPECT_EQ(readClose(client), one.code);
    EXPECT_EQ(client.readToEnd(), "");
    line_.ended.get_future().wait();
  }
}

TEST_F(WebSocketTest, AnswersACloseWithItsCode) {
  RawClient client(server_->port());
  open(client);
  client.send(frame(0x88, closePayload(1000, "bye")));
  EXPECT_EQ(readClose(client), 1000);
  EXPECT_EQ(client.readToEnd(), "");
}

TEST_F(WebSocketTest, SaysWhyTheSessionEndsIt) {
  RawClient client(server_->port());
  open(client);
  line_.end({4401, "The session is over."});
  EXPECT_EQ(readClose(client), 4401);
  client.send(frame(0x88, closePayload(4401, "")));
  EXPECT_EQ(client.readToEnd(), "");
}

TEST_F(WebSocketTest, EndsWithTheConnection) {
  {
    RawClient client(server_->port());
    open(client);
  }
  EXPECT_EQ(line_.ended.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(WebSocketTest, GoesAwayWhenTheServerStops) {
  RawClient client(server_->port());
  open(client);
  auto stopped = threads_.start(server_->shutdown(5s));
  EXPECT_EQ(readClose(client), 1001);
  client.send(frame(0x88, closePayload(1001, "")));
  client.close();
  threads_.await(std::move(stopped));
}

TEST_F(WebSocketTest, RefusesWhatIsNoHandshake) {
  RawClient client(server_->port());
  client.send("GET /live HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.readUntil("\r\n\r\n").starts_with("HTTP/1.1 426 "));
  line_.ended = {};
  RawClient old(server_->port());
  old.send(
      "GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n");
  EXPECT_NE(old.readUntil("\r\n\r\n").find("Sec-WebSocket-Version: 13\r\n"), std::string::npos);
}

}  // namespace
}  // namespace larder::http
