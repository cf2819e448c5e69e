#include "larder/http/server.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <cstdlib>
#include <future>
#include <mutex>

#include "larder/runtime/signal.hpp"
#include "support/raw_client.hpp"
#include "support/temp_directory.hpp"

namespace larder::http {
namespace {

using namespace std::chrono_literals;
using support::RawClient;

// A file of `size` bytes with a pattern that shows where each byte belongs.
struct PatternFile {
  explicit PatternFile(std::size_t size) {
    content.resize(size);
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 + i / 251);
    test::TempDirectory directory;
    descriptor = ::open((directory.path() / "file").c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
    EXPECT_EQ(::write(descriptor, content.data(), size), static_cast<ssize_t>(size));
  }
  ~PatternFile() { ::close(descriptor); }
  std::string content;
  int descriptor = -1;
};

class Pieces final : public BodySource {
 public:
  explicit Pieces(std::vector<Piece> pieces, bool fails = false) : pieces_(std::move(pieces)), fails_(fails) {}
  Task<Result<std::optional<Piece>>> next() override {
    if (at_ == pieces_.size()) {
      if (fails_) co_return core::fail(core::ErrorCode::UpstreamInvalid, "wrong digest");
      co_return std::nullopt;
    }
    co_return std::move(pieces_[at_++]);
  }

 private:
  std::vector<Piece> pieces_;
  std::size_t at_ = 0;
  bool fails_;
};

class TestHandler : public Handler {
 public:
  PatternFile file{3 * 1024 * 1024 + 17};
  std::atomic<int> finishedCount{0};
  std::atomic<bool> lastComplete{false}, lastBodyFailed{false};
  std::mutex mutex;
  std::string lastUser, lastClient;  // under mutex
  std::atomic<int> waiting{0};
  std::atomic<int> leftCount{0};
  runtime::Signal release;

  // As behind a proxy that writes its client's address so.
  void received(RequestHead& head) override {
    if (head.hasField("X-Client")) head.remoteAddress = head.field("X-Client");
  }

  bool tryReady(const RequestHead& head, ReadyResponse& response) override {
    if (head.path == "/ready") {
      response.head = std::make_shared<const std::string>("Content-Length: 5\r\n");
      response.body = std::make_shared<const std::string>("ready");
      response.user = std::make_shared<const std::string>("alice");
      return true;
    }
    if (head.path == "/readyfile") {
      response.head =
          std::make_shared<const std::string>("Content-Length: " + std::to_string(file.content.size()) + "\r\n");
      response.file = {nullptr, file.descriptor, 0, file.content.size()};
      return true;
    }
    return false;
  }

  // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the seam's; the server keeps the request.
  Task<Response> handle(Request& request) override {
    Response response;
    auto path = request.head.path;
    if (path == "/echo") {
      auto body = co_await request.body.readAll(1024 * 1024);
      if (!body) {
        auto code = body.error().code;
        response.status = code == core::ErrorCode::TooLarge          ? 413
                          : code == core::ErrorCode::TooManyRequests ? 429
                                                                     : 400;
      } else {
        response.body = std::move(*body);
      }
    } else if (path == "/ignore") {
      response.body = std::string("ignored");
      response.user = std::make_shared<const std::string>("bob");
    } else if (path == "/file") {
      response.body = FilePiece{nullptr, file.descriptor, 5, file.content.size() - 5};
    } else if (path == "/stream" || path == "/cut" || path == "/counted") {
      std::vector<Piece> pieces{std::string("hello "), FilePiece{nullptr, file.descriptor, 0, 100000},
                                std::string(" end")};
      response.body = std::make_unique<Pieces>(std::move(pieces), path == "/cut");
      if (path == "/counted") response.contentLength = 6 + 100000 + 4;
    } else if (path == "/wait") {
      ++waiting;
      co_await release.wait(0, std::chrono::steady_clock::now() + 10s);
      if (request.clientLeft()) ++leftCount;
      response.body = std::string("waited");
    } else if (path == "/leave") {
      ++waiting;
      auto end = std::chrono::steady_clock::now() + 10s;
      while (!request.clientLeft() && std::chrono::steady_clock::now() < end) co_await runtime::sleepFor(1ms);
      if (request.clientLeft()) ++leftCount;
    } else if (path == "/client") {
      co_await request.body.readAll(1024);
      response.body = std::string(request.head.remoteAddress);
    } else if (path == "/throw") {
      throw std::runtime_error("bug");
    } else if (path == "/inject") {
      response.set("X-Upstream", "a\r\nSet-Cookie: b").set("X-Good", "yes");
    } else {
      response.status = 404;
    }
    co_return response;
  }

  void finished(const RequestHead& head, const Outcome& outcome) override {
    lastComplete = outcome.complete;
    lastBodyFailed = outcome.bodyFailed;
    {
      std::lock_guard lock(mutex);
      lastClient = head.remoteAddress;
      lastUser = outcome.user;
    }
    ++finishedCount;
  }
};

class ServerTest : public ::testing::Test {
 public:
  ServerTest() : runtime_({.ioThreads = 2, .blockingThreads = 1}) {
    ServerOptions options{.address = "127.0.0.1"};
    options.readTimeout = 10s;
    options.maxHeadBytes = 8192;
    server_ = std::move(Server::listen(runtime_, options, handler_, metrics_).value());
    server_->start();
    runtime_.start();
  }
  ~ServerTest() override {
    runtime_.stop();
    runtime_.join();
  }

 protected:
  std::string exchange(std::string_view request) {
    RawClient client(server_->port());
    client.send(request);
    return client.readToEnd();
  }

  telemetry::MetricRegistry metrics_;
  TestHandler handler_;
  runtime::Runtime runtime_;
  std::unique_ptr<Server> server_;
};

std::string bodyOf(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

TEST_F(ServerTest, AnswersReadyAndHandledRequestsOnOneConnection) {
  RawClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
    auto head = client.readUntil("\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << head;
    EXPECT_NE(head.find("X-Request-Id: "), std::string::npos);
    EXPECT_EQ(client.readBytes(5), "ready");
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_NE(client.readUntil("\r\n\r\n").find("Content-Length: 3\r\n"), std::string::npos);
    EXPECT_EQ(client.readBytes(3), "abc");
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  auto answer = exchange(
      "GET /ready HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
      "GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  // Behind a head: an identifier in one may have the letters of a body.
  auto first = answer.find("\r\n\r\nready"), second = answer.find("\r\n\r\nabc"), third = answer.rfind("\r\n\r\nready");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
}

TEST_F(ServerTest, HeadSendsNoBody) {
  auto answer = exchange("HEAD /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 5"), std::string::npos);
  EXPECT_EQ(bodyOf(answer), "");
}

TEST_F(ServerTest, SendsFilesByteForByte) {
  EXPECT_EQ(bodyOf(exchange("GET /readyfile HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")), handler_.file.content);
  EXPECT_EQ(bodyOf(exchange("GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")),
            handler_.file.content.substr(5));
}

TEST_F(ServerTest, TellsAFileThatIsShorterThanItWasFromAClientThatLeft) {
  ASSERT_EQ(::ftruncate(handler_.file.descriptor, 1000), 0);
  int ended = 0;
  for (const char* path : {"/readyfile", "/file", "/stream"}) {
    exchange(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    while (handler_.finishedCount == ended) std::this_thread::yield();
    ++ended;
    EXPECT_FALSE(handler_.lastComplete) << path;
    EXPECT_TRUE(handler_.lastBodyFailed) << path;
  }
}

TEST_F(ServerTest, SendsASourceWithALengthAsItIs) {
  auto answer = exchange("GET /counted HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 100010\r\n"), std::string::npos);
  EXPECT_EQ(bodyOf(answer), "hello " + handler_.file.content.substr(0, 100000) + " end");
}

TEST_F(ServerTest, SendsASourceWithoutLengthChunked) {
  auto answer = exchange("GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(bodyOf(answer),
            "6\r\nhello \r\n186a0\r\n" + handler_.file.content.substr(0, 100000) + "\r\n4\r\n end\r\n0\r\n\r\n");
}

TEST_F(ServerTest, CutsTheConnectionWhenASourceFails) {
  auto answer = exchange("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(answer.find("\r\n0\r\n\r\n"), std::string::npos);
  EXPECT_FALSE(handler_.lastComplete);
}

TEST_F(ServerTest, TellsWhoseRequestHasFinished) {
  auto userOf = [&](const std::string& path) {
    exchange("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    std::lock_guard lock(handler_.mutex);
    return handler_.lastUser;
  };
  EXPECT_EQ(userOf("/ready"), "alice");
  EXPECT_EQ(userOf("/ignore"), "bob");
  EXPECT_EQ(userOf("/nothing"), "");
}

TEST_F(ServerTest, DecodesChunkedBodies) {
  auto answer = exchange(
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "3\r\nabc\r\n5;ext=1\r\ndefgh\r\n0\r\nTrailer: x\r\n\r\n");
  EXPECT_EQ(bodyOf(answer), "abcdefgh");
}

TEST_F(ServerTest, AsksForTheBodyWhenTheClientWaits) {
  RawClient client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.readUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_TRUE(client.readUntil("abc").starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, DropsASmallBodyThatNobodyReadAndGoesOn) {
  RawClient client(server_->port());
  client.send(
      "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcdeGET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
  client.readUntil("ignored");
  EXPECT_TRUE(client.readUntil("ready").starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, AnswersBeforeAHugeBodyIsSentAndCloses) {
  RawClient client(server_->port());
  client.send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nabc");
  auto answer = client.readToEnd();
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("ignored"));
}

TEST_F(ServerTest, LimitsBodies) {
  RawClient client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_TRUE(client.readToEnd().starts_with("HTTP/1.1 413 "));
}

struct BadRequest {
  const char* name;
  std::string text;
  const char* status;
};

class BadRequestTest : public ServerTest, public ::testing::WithParamInterface<BadRequest> {};

TEST_P(BadRequestTest, IsRefusedWithTheRightStatus) {
  auto answer = exchange(GetParam().text);
  EXPECT_TRUE(answer.starts_with(std::string("HTTP/1.1 ") + GetParam().status)) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Http, BadRequestTest,
    ::testing::Values(
        BadRequest{"Garbage", "nonsense\r\n\r\n", "400"}, BadRequest{"NoHost", "GET / HTTP/1.1\r\n\r\n", "400"},
        BadRequest{"Version", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "505"},
        BadRequest{"Absolute", "GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"TwoLengths", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                   "400"},
        BadRequest{"LengthAndChunked",
                   "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
        BadRequest{"Folded", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n  c\r\n\r\n", "400"},
        BadRequest{"NegativeLength", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"},
        BadRequest{"HugeHead", "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(9000, 'a') + "\r\n\r\n", "431"},
        BadRequest{"ManyFields",
                   [] {
                     std::string text = "GET / HTTP/1.1\r\nHost: x\r\n";
                     for (int i = 0; i < 70; ++i) text += "A: b\r\n";
                     return text + "\r\n";
                   }(),
                   "431"}),
    [](const auto& info) { return info.param.name; });

TEST_F(ServerTest, ABrokenChunkedBodyIsABadRequest) {
  auto answer = exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << answer;
}

TEST_F(ServerTest, ABugInAHandlerIs500AndTheServerGoesOn) {
  auto answer = exchange("GET /throw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500"));
  EXPECT_NE(answer.find("X-Request-Id."), std::string::npos) << "in the handler's form: " << answer;
  EXPECT_TRUE(exchange("GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, AFieldThatWouldSplitTheAnswerIsDropped) {
  auto answer = exchange("GET /inject HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
  EXPECT_NE(answer.find("X-Good: yes"), std::string::npos);
}

TEST_F(ServerTest, Http10ClientsAreServedAndClosed) {
  auto answer = exchange("GET /stream HTTP/1.0\r\n\r\n");
  EXPECT_EQ(answer.find("chunked"), std::string::npos);
  EXPECT_EQ(bodyOf(answer), "hello " + handler_.file.content.substr(0, 100000) + " end");
}

TEST_F(ServerTest, AClientThatStretchesItsHeadIsCutOff) {
  server_->setTimeouts(500ms, 0ms);
  RawClient client(server_->port());
  client.send("GET /ready HTTP/1.1\r\nHost:");
  EXPECT_TRUE(client.readToEnd().starts_with("HTTP/1.1 408 "));
}

// Whoever is refused need not be listened to first.
TEST_F(ServerTest, AnswersWhoeverIsRefusedBeforeTheBodyHasCome) {
  RawClient client(server_->port());
  client.send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\nabc");
  EXPECT_TRUE(client.readUntil("ignored").starts_with("HTTP/1.1 200"));
  // The connection goes on once the rest is there.
  client.send(std::string(49997, 'x') + "GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.readUntil("ready").starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, AsksNobodyForABodyThatItDoesNotWant) {
  RawClient client(server_->port());
  client.send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  auto answer = client.readToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

// Sends a byte each 50 ms until the server has had enough.
std::string trickle(RawClient& client) {
  for (int i = 0; i < 200; ++i) {
    client.send("x");
    pollfd readable{client.descriptor(), POLLIN, 0};
    if (::poll(&readable, 1, 50) > 0) break;
  }
  return client.readToEnd();
}

TEST_F(ServerTest, ABodyThatTricklesInIsAnswered408) {
  server_->setLimits({.minRate = 10000, .minRateWindow = 500ms});
  RawClient client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
  auto answer = trickle(client);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 ")) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST_F(ServerTest, ABodyThatComesFastEnoughTakesAsLongAsItNeeds) {
  server_->setLimits({.minRate = 2, .minRateWindow = 2s});
  RawClient client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 80\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(bodyOf(trickle(client)), std::string(80, 'x'));
}

TEST_F(ServerTest, ATimeoutOfZeroIsNoLimit) {
  server_->setTimeouts(500ms, 500ms);
  server_->setTimeouts(0ms, 0ms);
  RawClient client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\na");
  pollfd readable{client.descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 2500), 0) << "was cut off";
  client.send("bc");
  EXPECT_EQ(bodyOf(client.readToEnd()), "abc");
}

TEST_F(ServerTest, AnAddressWithTooManyConnectionsIsToldSo) {
  server_->setLimits({.connections = 4, .addressShare = 50});
  RawClient first(server_->port());
  auto second = std::make_unique<RawClient>(server_->port());
  for (auto* client : {&first, second.get()}) {
    client->send("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client->readUntil("ready").starts_with("HTTP/1.1 200"));
  }
  auto answer = exchange("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 429 ")) << answer;
  EXPECT_NE(answer.find("Retry-After: "), std::string::npos);
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  // Whoever comes from elsewhere gets in.
  RawClient other(server_->port(), "127.0.0.2");
  other.send("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(other.readUntil("ready").starts_with("HTTP/1.1 200"));
  other.close();
  second.reset();
  while (server_->connections() > 1) std::this_thread::yield();
  EXPECT_TRUE(exchange("GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, BodiesBeyondTheirPlacesAreTurnedAway) {
  server_->setLimits({.connections = 16});  // an eighth of them for bodies
  RawClient first(server_->port(), "127.0.0.2"), second(server_->port(), "127.0.0.3");
  for (auto* client : {&first, &second}) {
    client->send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    client->readUntil("100 Continue\r\n\r\n");
  }
  // One that has come with its head needs none.
  EXPECT_EQ(bodyOf(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")),
            "abc");
  auto answer = exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 429 ")) << answer;
}

TEST_F(ServerTest, TheHandlerSaysOnceForAllWhoSentARequest) {
  for (std::string_view path : {"/ready", "/client"}) {
    for (std::string_view body : {"", "Content-Length: 3\r\n"}) {
      auto finished = handler_.finishedCount.load();
      RawClient client(server_->port());
      client.send("POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\nX-Client: 203.0.113.9\r\n" +
                  std::string(body) + "Connection: close\r\n\r\n");
      if (!body.empty()) client.send("abc");
      auto answer = client.readToEnd();
      if (path == "/client") EXPECT_EQ(bodyOf(answer), "203.0.113.9");
      while (handler_.finishedCount == finished) std::this_thread::yield();
      std::lock_guard lock(handler_.mutex);
      EXPECT_EQ(handler_.lastClient, "203.0.113.9") << path << " " << body;
    }
  }
}

TEST_F(ServerTest, RequestsThatWaitKeepTheirHeadsAndLeaveNothingToLaterOnes) {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(std::make_unique<RawClient>(server_->port()));
    clients.back()->send("POST /client HTTP/1.1\r\nHost: x\r\nX-Client: 203.0.113." + std::to_string(i) +
                         "\r\nContent-Length: 3\r\n\r\n");
  }
  for (int i = 39; i >= 0; --i) {
    auto& client = *clients[static_cast<std::size_t>(i)];
    client.send("abcGET /client HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    auto answers = client.readToEnd();
    auto second = answers.rfind("HTTP/1.1 200");
    EXPECT_TRUE(answers.substr(0, second).ends_with("\r\n\r\n203.0.113." + std::to_string(i))) << answers;
    EXPECT_EQ(bodyOf(answers.substr(second)), "127.0.0.1");
  }
}

TEST_F(ServerTest, AHandlerCanTellThatItsClientHasLeft) {
  RawClient stays(server_->port());
  stays.send("GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  {
    RawClient leaves(server_->port());
    leaves.send("GET /leave HTTP/1.1\r\nHost: x\r\n\r\nGET /ready HTTP/1.1\r\n");
    while (handler_.waiting < 2) std::this_thread::yield();
  }
  while (handler_.finishedCount < 1) std::this_thread::yield();
  EXPECT_EQ(handler_.leftCount, 1);
  handler_.release.notify();
  EXPECT_EQ(bodyOf(stays.readToEnd()), "waited");
  while (handler_.finishedCount < 2) std::this_thread::yield();
  EXPECT_EQ(handler_.leftCount, 1);
}

TEST_F(ServerTest, AProxysClientsHaveTheirOwnPlacesForBodies) {
  server_->setLimits({.connections = 64, .addressShare = 25});  // two of the eight for bodies
  auto begin = [](RawClient& client, const std::string& sender) {
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nX-Client: " + sender +
                "\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    return client.readUntil("\r\n\r\n");
  };
  std::vector<std::unique_ptr<RawClient>> clients;
  for (const char* sender : {"203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.2"}) {
    clients.push_back(std::make_unique<RawClient>(server_->port()));
    auto answer = begin(*clients.back(), sender);
    bool third = clients.size() == 3;
    EXPECT_TRUE(answer.starts_with(third ? "HTTP/1.1 429 " : "HTTP/1.1 100 ")) << clients.size() << answer;
  }
}

TEST_F(ServerTest, ATlsHelloIsTurnedAwayAtOnce) {
  RawClient client(server_->port());
  client.send(std::string_view("\x16\x03\x01\x02\x00\x01", 6));
  EXPECT_TRUE(client.readToEnd().starts_with("HTTP/1.1 400"));
}

TEST_F(ServerTest, APortInUseIsAnError) {
  ServerOptions options{.address = "127.0.0.1", .port = server_->port()};
  auto second = Server::listen(runtime_, options, handler_, metrics_);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("in use"), std::string::npos);
  EXPECT_NE(second.error().message.find("http.port"), std::string::npos) << second.error().message;
}

TEST_F(ServerTest, AnAddressThatIsNoneNamesItsKey) {
  auto server = Server::listen(runtime_, ServerOptions{.address = "nowhere"}, handler_, metrics_);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().where, "http.address");
}

Task<> shutDown(Server* server, std::chrono::milliseconds grace, std::shared_ptr<std::promise<void>> done) {
  co_await server->shutdown(grace);
  done->set_value();
}

TEST_F(ServerTest, ShutdownLetsARunningRequestFinishAndClosesIdleConnections) {
  RawClient idle(server_->port()), busy(server_->port());
  idle.send("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.readUntil("ready");
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  while (handler_.waiting == 0) std::this_thread::yield();
  auto done = std::make_shared<std::promise<void>>();
  runtime::spawn(runtime_.io(0), "shutdown", shutDown(server_.get(), 10s, done));
  EXPECT_EQ(idle.readToEnd(), "");
  handler_.release.notify();
  EXPECT_TRUE(busy.readToEnd().ends_with("waited"));
  done->get_future().get();
  EXPECT_EQ(server_->connections(), 0u);
  EXPECT_FALSE(RawClient(server_->port()).connected());
}

// RFC 9112, section 9.6: a client that is told so sends nothing that would be lost.
TEST_F(ServerTest, DrainTellsEveryClientThatItsAnswerIsTheLast) {
  RawClient idle(server_->port()), busy(server_->port());
  idle.send("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(idle.readUntil("ready").find("Connection: close"), std::string::npos);
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  while (handler_.waiting == 0) std::this_thread::yield();
  server_->drain();
  // Once one is told all are: each thread has got the message before this connection.
  RawClient late[]{RawClient(server_->port()), RawClient(server_->port())};
  for (auto& client : late) {
    client.send("GET /ignore HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_NE(client.readToEnd().find("Connection: close\r\n"), std::string::npos);
  }
  idle.send("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
  auto last = idle.readToEnd();
  EXPECT_NE(last.find("Connection: close\r\n"), std::string::npos) << last;
  EXPECT_EQ(bodyOf(last), "ready");
  handler_.release.notify();
  last = busy.readToEnd();
  EXPECT_NE(last.find("Connection: close\r\n"), std::string::npos) << last;
  EXPECT_EQ(bodyOf(last), "waited");
}

}  // namespace
}  // namespace larder::http
