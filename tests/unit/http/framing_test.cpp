// Where one request ends and the next begins: whatever two parsers in a row could read differently is refused, and
// nothing that follows it on the connection is read. The cases are the known ways to smuggle a request past a proxy.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "larder/http/server.hpp"
#include "support/raw_client.hpp"

namespace larder::http {
namespace {

using namespace std::chrono_literals;
using support::RawClient;

// Answers with the method, the path and the body, so that a test sees what was taken for a request.
class EchoHandler final : public Handler {
 public:
  bool tryReady(const RequestHead&, ReadyResponse&) override { return false; }
  // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the seam's; the server keeps the request.
  Task<Response> handle(Request& request) override {
    Response response;
    auto body = co_await request.body.readAll(1024 * 1024);
    if (!body) {
      response.status = 400;
      response.body = body.error().message;
    } else {
      response.body = std::string(request.head.methodText).append(" ").append(request.head.path) + " [" + *body + "]";
    }
    co_return response;
  }
  void finished(const RequestHead&, const Outcome&) override {}
};

class FramingTest : public ::testing::Test {
 public:
  FramingTest() : runtime_({.ioThreads = 1, .blockingThreads = 1}) {
    ServerOptions options{.address = "127.0.0.1"};
    options.readTimeout = 2s;
    options.maxHeadBytes = 8192;
    server_ = std::move(Server::listen(runtime_, options, handler_, metrics_).value());
    server_->start();
    runtime_.start();
  }
  ~FramingTest() override {
    runtime_.stop();
    runtime_.join();
  }

 protected:
  // All that is answered to `request` and to one more after it on the same connection.
  std::string exchange(std::string_view request) {
    RawClient client(server_->port());
    client.send(request);
    client.send("GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return client.readToEnd();
  }

  telemetry::MetricRegistry metrics_;
  EchoHandler handler_;
  runtime::Runtime runtime_;
  std::unique_ptr<Server> server_;
};

std::size_t answersIn(std::string_view text) {
  std::size_t count = 0;
  constexpr std::string_view kOncePerAnswer = "\r\nX-Request-Id: ";
  for (auto at = text.find(kOncePerAnswer); at != std::string_view::npos; at = text.find(kOncePerAnswer, at + 1))
    ++count;
  return count;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    char code[8];
    std::snprintf(code, sizeof code, c < 32 || c > 126 ? "\\x%02x" : "%c", c);
    out += code;
  }
  return out;
}

std::string withNul(const char* begin, const char* end) {
  return std::string(begin).append(1, '\0').append(end);
}

struct Case {
  std::string name;
  std::string text;
  int status;
};

constexpr const char* kPost = "POST /echo HTTP/1.1\r\nHost: x\r\n";
// A body that is none to a parser that overlooks the coding, and then a request of its own.
constexpr const char* kHidden = "\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(const std::string& fields) {
  return kPost + fields + kHidden;
}

std::vector<Case> refusedCodings() {
  const std::string te = "Transfer-Encoding";
  std::vector<Case> cases;
  // One field that says something else than "chunked": a coding that is not spoken here.
  for (std::string value : {"gzip, chunked",
                            "chunked, gzip",
                            "chunked, chunked",
                            "identity",
                            "chunked, identity",
                            "identity, chunked",
                            "identity, chunked, identity",
                            "gzip chunked",
                            "chunked gzip",
                            "xchunked",
                            "chunkedx",
                            "chunk",
                            "\"chunked\"",
                            "'chunked'",
                            "chunked;q=1",
                            "chunked,",
                            ",chunked",
                            "",
                            " ",
                            "\xff"
                            "chunked",
                            "\xa0"
                            "chunked",
                            "chunked\xa0",
                            "ch\x96nked",
                            "chunked\x85",
                            "0",
                            "x, \"chunked\""}) {
    cases.push_back({"Value", post(te + ": " + value), 501});
  }
  // Control characters are no part of a field.
  for (char c : {'\x01', '\x07', '\x08', '\x0b', '\x0c', '\x0e', '\x1b', '\x1f', '\x7f'}) {
    cases.push_back({"Before", post(te + ":" + c + "chunked"), 400});
    cases.push_back({"After", post(te + ": chunked" + c), 400});
    cases.push_back({"InName", post(te + c + ": chunked"), 400});
    cases.push_back({"Begins", post(c + te + ": chunked"), 400});
  }
  cases.push_back({"NulBefore", post(te + ": " + withNul("", "chunked")), 400});
  cases.push_back({"NulAfter", post(te + ": " + withNul("chunked", "")), 400});
  cases.push_back({"NulInName", post(withNul("Transfer-Encoding", ": chunked")), 400});
  // The name is not quite the name.
  for (std::string field :
       {"Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked", " Transfer-Encoding: chunked",
        "\tTransfer-Encoding: chunked", "Transfer Encoding: chunked", "Transfer-Encoding x: chunked",
        "Transfer\\Encoding: chunked", "Transfer-Encoding chunked", "Transf\x82r-Encoding: chunked",
        "Transfer-Encoding", ": chunked", "\xefTransfer-Encoding: chunked", "(Transfer-Encoding: chunked",
        "Transfer-Encoding[: chunked", "Transfer-Encoding=chunked"}) {
    cases.push_back({"Name", post(field), 400});
  }
  // Line ends that some take for one, and lines that are continued.
  for (std::string field :
       {"Transfer-Encoding:\n chunked", "Transfer-Encoding\n : chunked", "X: y\nTransfer-Encoding: chunked",
        "X: y\rTransfer-Encoding: chunked", "X:\nTransfer-Encoding: chunked", "X:\rTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r", "\rTransfer-Encoding: chunked", "Tra\rnsfer-Encoding: chunked",
        "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: \r\n\tchunked", "Transfer-Encoding: chunked\r\n ",
        "X: y\r\n Transfer-Encoding: chunked", "X: y\r\n\tTransfer-Encoding: chunked",
        "Transfer-Encoding: \n\x0b"
        "chunked",
        "X: y\n\nTransfer-Encoding: chunked", "X: y\r\n\rTransfer-Encoding: chunked"}) {
    cases.push_back({"Line", post(field), 400});
  }
  cases.push_back(
      {"FirstLine", std::string("POST /echo HTTP/1.1\r\n Transfer-Encoding: chunked\r\nHost: x") + kHidden, 400});
  // Twice.
  for (std::string second : {"chunked", "identity", "", "x", "chunked, chunked"}) {
    cases.push_back({"Twice", post(te + ": chunked\r\n" + te + ": " + second), 400});
    cases.push_back({"TwiceReversed", post(te + ": " + second + "\r\n" + te + ": chunked"), 400});
  }
  cases.push_back({"TwiceInOtherCases", post("Transfer-encoding: chunked\r\ntransfer-Encoding: identity"), 400});
  // Beside a length (RFC 9112, section 6.1), and before HTTP/1.1.
  for (std::string value : {"chunked", "identity", "gzip, chunked", ""}) {
    cases.push_back({"BesideLength", post("Content-Length: 5\r\n" + te + ": " + value), 400});
    cases.push_back({"BeforeLength", post(te + ": " + value + "\r\nContent-Length: 5"), 400});
    cases.push_back({"InHttp10",
                     "POST /echo HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n" + te + ": " + value + kHidden,
                     400});
  }
  return cases;
}

std::vector<Case> refusedLengths() {
  std::vector<Case> cases;
  for (std::string value : {"",
                            " ",
                            "+5",
                            "-5",
                            "-0",
                            "5 5",
                            "5, 5",
                            "5,5",
                            "5,",
                            ",5",
                            "0x5",
                            "5h",
                            "5;",
                            "1e1",
                            "5.0",
                            "5_0",
                            "\"5\"",
                            "\xd9\xa5",
                            "18446744073709551616",
                            "18446744073709551621",
                            "9223372036854775808",
                            "99999999999999999999999999",
                            "5\x0b",
                            "\x0b"
                            "5",
                            "5\x0c",
                            "5\x01",
                            "\xa0"
                            "5"}) {
    cases.push_back({"Value", post("Content-Length: " + value), 400});
  }
  for (std::string second : {"5", "6", "0", "", "x"}) {
    cases.push_back({"Twice", post("Content-Length: 5\r\nContent-Length: " + second), 400});
    cases.push_back({"TwiceReversed", post("Content-Length: " + second + "\r\ncontent-length: 5"), 400});
  }
  for (std::string field :
       {"Content-Length : 5", " Content-Length: 5", "X: y\n Content-Length: 5", "X: y\r\n Content-Length: 5",
        "Content-Length:\r\n 5", "Content-Length: 5\r\n 0", "Content Length: 5"}) {
    cases.push_back({"Field", post(field), 400});
  }
  cases.push_back({"Nul", post("Content-Length: " + withNul("5", "")), 400});
  cases.push_back({"OnHead", "HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n1234", 400});
  return cases;
}

std::vector<Case> refusedLines() {
  std::vector<Case> cases;
  for (std::string line : {"GET / HTTP/1.1 ",
                           "GET /  HTTP/1.1",
                           "GET  / HTTP/1.1",
                           " GET / HTTP/1.1",
                           "GET\t/ HTTP/1.1",
                           "GET /\tHTTP/1.1",
                           "GET /",
                           "GET",
                           "G(T / HTTP/1.1",
                           "GE\x7fT / HTTP/1.1",
                           "GET / http/1.1",
                           "GET / HTTP/1",
                           "GET / HTTP/11",
                           "GET / HTTP/1.1x",
                           "GET / HTTP/1,1",
                           "GET / HTTP/ 1.1",
                           "GET / HTTP/+1.1",
                           "GET / HTTP/01.1",
                           "GET / HTTP/1.01",
                           "GET / IHTTP/1.1",
                           "GET / ICE/1.0",
                           "GET /a b HTTP/1.1",
                           "GET ! HTTP/1.1",
                           "GET x HTTP/1.1",
                           "GET x:80 HTTP/1.1",
                           "CONNECT x:80 HTTP/1.1",
                           "GET * HTTP/1.1",
                           "GET ?a=b HTTP/1.1",
                           "GET http:/x/ HTTP/1.1",
                           "GET http:///a HTTP/1.1",
                           "GET http://other/a HTTP/1.1",
                           "GET http://x@y/a HTTP/1.1",
                           "GET http://x:80/a HTTP/1.1",
                           "GET ftp://x/a HTTP/1.1",
                           "GET //x/a HTTP/1.1 HTTP/1.1",
                           "GET /a\x01 HTTP/1.1",
                           "GET /a\x7f HTTP/1.1",
                           "GET /#a HTTP/1.1",
                           "G=\":<>(e) / HTTP/1.1",
                           "GET /\nHTTP/1.1",
                           "GET / HTTP/1.1\n",
                           "GET / HTTP/1.1\rX: y",
                           "GET / HTTP/\r1.1"}) {
    cases.push_back({"Line", line + "\r\nHost: x\r\n\r\n", 400});
  }
  cases.push_back({"Nul", withNul("GET /", "a HTTP/1.1\r\nHost: x\r\n\r\n"), 400});
  cases.push_back({"LineFeedFirst", "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400});
  cases.push_back({"OnlyLineFeeds", "GET / HTTP/1.1\nHost: x\n\n", 400});
  cases.push_back({"OnlyReturns", "GET / HTTP/1.1\rHost: x\r\r", 400});
  for (std::string version : {"0.9", "1.2", "2.0", "3.0", "9.9"}) {
    cases.push_back({"Version", "GET / HTTP/" + version + "\r\nHost: x\r\n\r\n", 505});
  }
  cases.push_back({"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505});
  cases.push_back({"LongTarget", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414});
  cases.push_back({"LongMethod", std::string(9000, 'A') + " / HTTP/1.1\r\nHost: x\r\n\r\n", 414});
  return cases;
}

std::vector<Case> refusedHosts() {
  std::vector<Case> cases;
  for (std::string fields :
       {"A: b",      "Host: x\r\nHost: x", "Host: x\r\nhost: y", "Host:\r\nHost: x", "Host : x",
        " Host: x",  "Host: x y",          "Host: x/y",          "Host: x\\y",       "Host: u@x",
        "Host: x?",  "Host: x#",           "Host: x,y",          "Host: x\x01",      "Host: \"x\"",
        "Host: <x>", "Host: x\r\n y",      "Host: [::1",         "Host: x:8a",       "Host: x:80:80"}) {
    cases.push_back({"Host", "GET / HTTP/1.1\r\n" + fields + "\r\n\r\n", 400});
  }
  cases.push_back({"TwoInHttp10", "GET / HTTP/1.0\r\nConnection: keep-alive\r\nHost: x\r\nHost: y\r\n\r\n", 400});
  return cases;
}

std::vector<Case> refusedFields() {
  std::vector<Case> cases;
  for (int c = 0; c < 256; ++c) {
    if (c == ':' || std::isalnum(c) ||
        std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos) {
      continue;
    }
    if (c == 0) continue;  // withNul() below
    cases.push_back(
        {"InName", std::string("GET / HTTP/1.1\r\nHost: x\r\nA") + static_cast<char>(c) + "B: c\r\n\r\n", 400});
  }
  cases.push_back({"NulInName", withNul("GET / HTTP/1.1\r\nHost: x\r\nA", "B: c\r\n\r\n"), 400});
  for (int c = 0; c < 32; ++c) {
    if (c == '\t') continue;
    cases.push_back(
        {"InValue", std::string("GET / HTTP/1.1\r\nHost: x\r\nA: b") + static_cast<char>(c) + "c\r\n\r\n", 400});
  }
  cases.push_back({"NoName", "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", 400});
  cases.push_back({"NoColon", "GET / HTTP/1.1\r\nHost: x\r\nA b\r\n\r\n", 400});
  cases.push_back({"Connection", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\x01\r\n\r\n", 400});
  return cases;
}

std::vector<Case> refusedChunks() {
  const std::string head = std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n";
  std::vector<Case> cases;
  for (std::string size : {"",
                           " 3",
                           "3 ",
                           "\t3",
                           "3\t",
                           "+3",
                           "-3",
                           "0x3",
                           "3_",
                           "0_3",
                           "3h",
                           "g",
                           "-0",
                           "\"3\"",
                           "3,",
                           "3 x",
                           "3\x0b",
                           "3\x01",
                           "10000000000000003",
                           "100000000000000000000000003",
                           "8000000000000000",
                           "FFFFFFFFFFFFFFFF",
                           "00000000000000003",
                           "3;a\x01",
                           "3;a=\"\n\"",
                           "3;a=\"\x7f\"",
                           "3\xa0",
                           "\xd9\xa3"}) {
    cases.push_back({"Size", head + size + "\r\nabc\r\n0\r\n\r\n", 400});
  }
  for (std::string body : {"3\nabc\r\n0\r\n\r\n",
                           "3\rabc\r\n0\r\n\r\n",
                           "3\r\rabc\r\n0\r\n\r\n",
                           "3\n\r\nabc\r\n0\r\n\r\n",
                           "3;a\nabc\r\n0\r\n\r\n",
                           "3;a\rabc\r\n0\r\n\r\n",
                           "3;a=\"\r\nabc\"\r\n\r\n0\r\n\r\n",
                           "3\r\nabc0\r\n\r\n",
                           "3\r\nabc\n0\r\n\r\n",
                           "3\r\nabc\r0\r\n\r\n",
                           "3\r\nabcXX0\r\n\r\n",
                           "3\r\nabcd\r\n0\r\n\r\n",
                           "3\r\nab\r\n0\r\n\r\n",
                           "\r\n3\r\nabc\r\n0\r\n\r\n",
                           "3\r\nabc\r\n\r\n0\r\n\r\n",
                           "3\r\nabc\r\n0\n\n",
                           "3\r\nabc\r\n0\r\n\n",
                           "3\r\nabc\r\n0\r\nX\r\n\r\n",
                           "3\r\nabc\r\n0\r\nXX",
                           "3\r\nabc\r\n0\r\n X: y\r\n\r\n",
                           "3\r\nabc\r\n0\r\nX : y\r\n\r\n",
                           "3\r\nabc\r\n0\r\nX: y\n\r\n\r\n",
                           "3\r\nabc\r\n0\r\nX: y\r\n z\r\n\r\n",
                           "3\r\nabc\r\n0\r\n: y\r\n\r\n",
                           "3\r\nabc\r\n0\r\nX: y\rZ: z\r\n\r\n"}) {
    cases.push_back({"Body", head + body, 400});
  }
  cases.push_back({"Nul", head + withNul("3", "\r\nabc\r\n0\r\n\r\n"), 400});
  cases.push_back({"LongExtension", head + "3;" + std::string(20'000, 'a') + "\r\nabc\r\n0\r\n\r\n", 400});
  std::string many = head;
  for (int i = 0; i < 20'000; ++i) many += "1;a\r\nx\r\n";
  cases.push_back({"ManyExtensions", many + "0\r\n\r\n", 400});
  cases.push_back({"LongTrailer", head + "0\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n", 400});
  std::string trailers = head + "0\r\n";
  for (int i = 0; i < 5'000; ++i) trailers += "A: b\r\n";
  cases.push_back({"ManyTrailers", trailers + "\r\n", 400});
  return cases;
}

class RefusedFraming : public FramingTest, public ::testing::WithParamInterface<std::vector<Case> (*)()> {};

TEST_P(RefusedFraming, IsAnsweredOnceAndTheConnectionEnds) {
  for (const auto& one : GetParam()()) {
    auto answer = exchange(one.text);
    auto shown = one.name + ": " + escaped(one.text.substr(0, 200)) + "\n-> " + escaped(answer.substr(0, 300));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(one.status) + " ")) << shown;
    EXPECT_EQ(answersIn(answer), 1u) << shown;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos) << shown;
  }
}

std::string nameOf(const ::testing::TestParamInfo<std::vector<Case> (*)()>& info) {
  constexpr std::array kNames{"Codings", "Lengths", "Lines", "Hosts", "Fields", "Chunks"};
  return kNames[info.index];
}

INSTANTIATE_TEST_SUITE_P(Http, RefusedFraming,
                         ::testing::Values(&refusedCodings, &refusedLengths, &refusedLines, &refusedHosts,
                                           &refusedFields, &refusedChunks),
                         nameOf);

struct Accepted {
  std::string text;
  std::string echo;
};

TEST_F(FramingTest, WhatIsUnambiguousIsReadAndTheNextRequestToo) {
  const std::string chunked = std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n";
  const std::vector<Accepted> cases{
      {chunked + "3\r\nabc\r\n0\r\n\r\n", "POST /echo [abc]"},
      {chunked + "0\r\n\r\n", "POST /echo []"},
      {chunked + "000\r\n\r\n", "POST /echo []"},
      {chunked + "0000000000000003\r\nabc\r\n0\r\n\r\n", "POST /echo [abc]"},
      {chunked + "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "POST /echo [01234567890123456789]"},
      {chunked + "3;a\r\nabc\r\n0;b=c\r\n\r\n", "POST /echo [abc]"},
      {chunked + "3 ; a = \"b;\\\"c\" ;d\r\nabc\r\n0\r\n\r\n", "POST /echo [abc]"},
      {chunked + "3\r\nabc\r\n0\r\nX: y\r\nContent-Length: 99\r\n\r\n", "POST /echo [abc]"},
      {chunked + "2\r\n\r\n\r\n0\r\n\r\n", "POST /echo [\r\n]"},
      {std::string(kPost) + "transfer-encoding:CHUNKED\t \r\n\r\n0\r\n\r\n", "POST /echo []"},
      {std::string(kPost) + "Transfer-Encoding:\t chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", "POST /echo [x]"},
      {std::string(kPost) + "Content-Length:3\r\n\r\nabc", "POST /echo [abc]"},
      {std::string(kPost) + "Content-Length: 003 \r\n\r\nabc", "POST /echo [abc]"},
      {std::string(kPost) + "Content-Length: 0\r\n\r\n", "POST /echo []"},
      // Names that only resemble those that frame a request.
      {std::string(kPost) + "Transfer_Encoding: chunked\r\nContent_Length: 7\r\nContent-Length: 3\r\n\r\nabc",
       "POST /echo [abc]"},
      {std::string(kPost) + "Content-Encoding: chunked\r\nX-Transfer-Encoding: chunked\r\nTrailer: x\r\n\r\n",
       "POST /echo []"},
      {"GET /a HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, x\r\nConnection: y\r\nContent-Length: 2\r\n\r\nhi",
       "GET /a [hi]"},
      {"\r\n\r\nGET /a HTTP/1.1\r\nHost:\r\n\r\n", "GET /a []"},
      {"GET /a HTTP/1.1\r\nHost: [::1]:5000\r\n\r\n", "GET /a []"},
      {"GET http://x:80/a?b HTTP/1.1\r\nHost: X:80\r\n\r\n", "GET /a []"},
      {"GET http://x?b HTTP/1.1\r\nHost: x\r\n\r\n", "GET / []"},
      {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS * []"},
      // Asked to speak another protocol, the request stays what it is.
      {"POST /echo HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: "
       "AAMA\r\n"
       "Content-Length: 3\r\n\r\nabc",
       "POST /echo [abc]"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: y 100-continue\r\nContent-Length: 3\r\n\r\nabc", "POST /echo [abc]"},
      {"POST /echo HTTP/1.0\r\nConnection: Keep-Alive\r\nContent-Length: 3\r\n\r\nabc", "POST /echo [abc]"},
  };
  for (const auto& one : cases) {
    auto answer = exchange(one.text);
    EXPECT_EQ(answersIn(answer), 2u) << escaped(one.text) << "\n" << answer;
    EXPECT_NE(answer.find("\r\n\r\n" + one.echo + "HTTP/1.1 200 "), std::string::npos) << escaped(one.text) << "\n"
                                                                                       << answer;
    EXPECT_TRUE(answer.ends_with("GET /next []")) << escaped(one.text) << "\n" << answer;
  }
}

TEST_F(FramingTest, AConnectionEndsWhereTheClientSaysSo) {
  for (std::string fields : {"Connection: close", "Connection: CLOSE, x", "Connection: x ,\tclose",
                             "connection: keep-alive\r\nConnection: close"}) {
    auto answer = exchange("GET /a HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n\r\n");
    EXPECT_TRUE(answer.ends_with("GET /a []")) << fields << "\n" << answer;
  }
}

TEST_F(FramingTest, AChunkedBodyIsTheSameHoweverItIsCutIntoPieces) {
  const std::string body = "3;a=\"b\"\r\nabc\r\n1\r\n\r\r\n0;c\r\nX: y\r\n\r\n";
  RawClient client(server_->port());
  client.send(std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n");
  for (char c : body) client.send({&c, 1});
  client.send("GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  auto answer = client.readToEnd();
  EXPECT_NE(answer.find("POST /echo [abc\r]"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("GET /next []")) << answer;
}

}  // namespace
}  // namespace larder::http
