#include "connection.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <cctype>
#include <cstring>

#include "connection_body.hpp"
#include "response_head.hpp"

namespace larder::http {

namespace {

using std::chrono::milliseconds;

// What is read and dropped of a body that the handler did not want, so that the connection can go on; of a larger one
// it ends.
constexpr std::size_t kSkipLimit = 64 * 1024;
// What is dropped of it then, so that the answer is not lost, and how long a client may take for either.
constexpr std::size_t kLingerLimit = 1024 * 1024;
constexpr milliseconds kLinger{2000};
constexpr milliseconds kHandshakeTimeout{10000};
constexpr std::size_t kRequestsInARow = 64;
constexpr milliseconds kTurnedAwayTimeout{5000};
// Larger heads have their share of the memory, as they have their places.
constexpr std::size_t kUsualHead = 4 * 1024;
constexpr std::chrono::seconds kRetryAfter{5};
// Where http.writeTimeout sets no limit: a viewer that reads nothing would be kept for ever.
constexpr milliseconds kWebSocketWriteTimeout{60000};

SteadyTime now() {
  return std::chrono::steady_clock::now();
}

iovec part(std::string_view text) {
  return {const_cast<char*>(text.data()), text.size()};
}

std::string_view viewOf(const UserName& user) {
  return user ? std::string_view(*user) : std::string_view();
}

bool mayHaveBody(int status) {
  return status >= 200 && status != 204 && status != 304;
}

// What the body's length is, if it is known before it is sent.
std::optional<std::uint64_t> bodyLength(const Response& response) {
  struct Visitor {
    std::optional<std::uint64_t> operator()(const std::monostate&) const { return 0; }
    std::optional<std::uint64_t> operator()(const std::string& text) const { return text.size(); }
    std::optional<std::uint64_t> operator()(const SharedBytes& bytes) const { return bytes ? bytes->size() : 0; }
    std::optional<std::uint64_t> operator()(const FilePiece& file) const { return file.length; }
    std::optional<std::uint64_t> operator()(const std::unique_ptr<BodySource>&) const { return std::nullopt; }
  };
  return response.contentLength ? response.contentLength : std::visit(Visitor{}, response.body);
}

}  // namespace

Connection::Connection(runtime::Executor executor, std::unique_ptr<Transport> transport, Client client,
                       Handler& handler, const ConnectionSettings& settings)
    : executor_(std::move(executor)),
      channel_(std::move(transport), settings.reading),
      client_(std::move(client)),
      tlsGeneration_(client_.tlsGeneration),
      handler_(handler),
      settings_(settings) {}

milliseconds Connection::writeTimeout() const {
  return milliseconds(settings_.writeTimeoutMs.load());
}

Pace Connection::pace() const {
  return {static_cast<double>(settings_.minRate.load()), milliseconds(settings_.minRateWindowMs.load())};
}

std::optional<SteadyTime> Connection::headDeadline() const {
  if (client_.turnedAway) return now() + kTurnedAwayTimeout;
  std::optional<milliseconds> limit;
  if (settings_.readTimeoutMs > 0) limit = milliseconds(settings_.readTimeoutMs.load());
  if (settings_.minRate > 0) {
    milliseconds window(settings_.minRateWindowMs.load());
    limit = std::min(limit.value_or(window), window);
  }
  if (!limit) return std::nullopt;
  return now() + *limit;
}

void Connection::expireIfDue(SteadyTime when) {
  channel_.expireIfOverdue(when);
}

void Connection::drain() {
  draining_ = true;
  if (webSocket_) webSocket_->goAway();
}

void Connection::closeWhenIdle() {
  closing_ = true;
  if (idle_) channel_.expire();
  if (webSocket_) webSocket_->goAway();
}

bool Connection::recheckCertificate() {
  if (certificateName_.empty() || tlsGeneration_ == settings_.tls.generation()) return false;
  auto [context, generation] = settings_.tls.load();
  tlsGeneration_ = generation;
  if (!channel_.transport().certificateHolds(*context)) {
    certificateRefused_ = true;
    spdlog::info("connection.certificate_refused remote={} name=\"{}\"", client_.address, certificateName_);
    closeWhenIdle();
  }
  return true;
}

void Connection::abort() {
  channel_.expire();
}

Task<> Connection::run() {
  auto self = shared_from_this();
  if (!co_await handshake()) co_return;
  for (std::size_t served = 1; !closing_; ++served) {
    // Who sends request after request without waiting for the answers would keep the thread to itself.
    if (served % kRequestsInARow == 0) co_await runtime::giveWay();
    auto length = co_await readHead();
    if (length == 0) break;
    recheckCertificate();
    if (certificateRefused_) break;
    auto next = co_await serveOne(length);
    request_.reset();
    if (next == Next::Close) break;
    if (webSocket_) {
      co_await serveWebSocket();
      break;
    }
  }
}

Task<bool> Connection::handshake() {
  if (client_.tlsGeneration == 0) co_return true;
  channel_.setDeadline(now() + kHandshakeTimeout);
  while (true) {
    auto result = channel_.transport().handshake();
    if (result.status == IoStatus::Ok) break;
    if (result.status == IoStatus::Closed || !co_await channel_.transport().wait(result.status)) co_return false;
  }
  certificateName_ = channel_.transport().certificateName();
  co_return true;
}

Task<std::size_t> Connection::readHead() {
  idle_ = true;
  largeHead_.release();
  if (channel_.buffered().empty()) {
    channel_.releaseBuffer();
    channel_.setDeadline(client_.turnedAway ? headDeadline()
                                            : now() + milliseconds(settings_.keepAliveTimeoutMs.load()));
    if (!co_await channel_.fill(kUsualHead)) co_return 0;
  }
  idle_ = false;
  // From its first byte on a head has one deadline, so that a client cannot stretch it byte by byte.
  bool deadlineSet = false;
  std::size_t scanned = 0;
  while (true) {
    auto bytes = channel_.buffered();
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    // RFC 9112 section 2.2: empty lines before a request are passed over.
    while (text.starts_with("\r\n")) {
      channel_.consume(2);
      text.remove_prefix(2);
      scanned = 0;
    }
    // A method begins with a letter; a TLS client, for one, would wait for an answer to its hello.
    if (!text.empty() && !std::isalpha(static_cast<unsigned char>(text.front()))) {
      co_await refuse(400, "The request is not valid HTTP/1.1.");
      co_return 0;
    }
    auto end = text.find("\r\n\r\n", scanned > 3 ? scanned - 3 : 0);
    if (end != std::string_view::npos) {
      channel_.setDeadline(std::nullopt);
      co_return end + 4;
    }
    scanned = text.size();
    // A client that ends its lines otherwise would wait in vain for an answer.
    if (auto feed = text.find('\n'); feed != std::string_view::npos && (feed == 0 || text[feed - 1] != '\r')) {
      co_await refuse(400, "The request is not valid HTTP/1.1: lines end with CRLF.");
      co_return 0;
    }
    if (text.size() >= settings_.maxHeadBytes) {
      bool inLine = text.find('\n') == std::string_view::npos;
      co_await refuse(inLine ? 414 : 431,
                      inLine ? "The request line is too long." : "The request header is too large.");
      co_return 0;
    }
    if (text.size() >= kUsualHead && !largeHead_) {
      largeHead_ = settings_.largeHeads->take(client_.network);
      if (!largeHead_) {
        co_await refuse(429, "Too many requests with large headers at once.");
        co_return 0;
      }
    }
    if (!deadlineSet) channel_.setDeadline(headDeadline());
    deadlineSet = true;
    if (co_await channel_.fill(largeHead_ ? settings_.maxHeadBytes : std::min(kUsualHead, settings_.maxHeadBytes))) {
      continue;
    }
    if (channel_.timedOut()) {
      co_await refuse(408, "The request header did not arrive in time.");
    }
    co_return 0;
  }
}

ParseFailure Connection::parseHead(std::string_view text) {
  parser().reset();
  head().clear();
  auto failure = parser().parseHead(text, head());
  if (failure.status != 0) return failure;
  head().remoteAddress = client_.address;
  head().certificateName = certificateName_;
  head().tls = client_.tlsGeneration != 0;
  handler_.received(head());
  return failure;
}

Task<Connection::Next> Connection::serveOne(std::size_t headLength) {
  auto started = now();
  request_ = takeRequestState();
  auto bytes = channel_.buffered();
  auto failure = parseHead({reinterpret_cast<const char*>(bytes.data()), headLength});
  if (failure.status != 0) co_return co_await refuse(failure.status, failure.message);
  runtime::nameTurn(runtime::TurnName(head().methodText, head().path));
  channel_.beginMessage(pace());
  if (client_.turnedAway) co_return co_await turnAway(started);
  bool keepAlive = parser().keepAlive();

  bool hasBody = parser().chunked() || parser().contentLength().value_or(0) > 0;
  if (!hasBody) {
    ReadyResponse ready;
    if (handler_.tryReady(head(), ready)) {
      // The views of the head stay valid until the answer is sent: the buffer is consumed after it.
      auto next = co_await answerReady(std::move(ready), keepAlive && !leaving(), started);
      channel_.consume(headLength);
      co_return next;
    }
  }

  // A body is read into the same buffer, so the head moves out of its way.
  std::string headCopy;
  if (hasBody) {
    headCopy.assign(reinterpret_cast<const char*>(bytes.data()), headLength);
    parseHead(headCopy);
    channel_.consume(headLength);
  }
  ConnectionBody body(channel_, parser(),
                      {milliseconds(settings_.readTimeoutMs.load()), *settings_.bodies,
                       runtime::ClientNetwork::of(head().remoteAddress)});
  char id[kRequestIdLength];
  nextRequestId(id);
  Request request{head(), body, executor_, std::string(id, sizeof id),
                  [this] { return channel_.transport().peerLeft(); }};
  Response response;
  try {
    response = co_await handler_.handle(request);
  } catch (const std::exception& e) {
    spdlog::error("request.failed id={} target=\"{}\" error=\"{}\"", request.id, head().path, e.what());
    response =
        handler_.refusal(head(), 500, "Internal error. See the log of larderd for this X-Request-Id.", std::nullopt);
  }
  if (channel_.timedOut()) {
    response = handler_.refusal(
        head(), 408, "The request body arrived too slowly (http.readTimeout, larder.limits.minRate).", std::nullopt);
    response.close = true;
  }
  channel_.beginMessage(pace());
  if (response.webSocket) {
    upgrade(response);
  } else if (leaving()) {
    keepAlive = false;
  }
  auto next = co_await answer(std::move(response), &body, keepAlive, started, request.id);
  if (!hasBody) channel_.consume(headLength);
  co_return next;
}

Task<Connection::Next> Connection::answerReady(ReadyResponse ready, bool keepAlive, SteadyTime started) {
  char status[kStatusBytes];
  char id[kRequestIdLength];
  nextRequestId(id);
  auto statusLength = writeStatus(status, ready.status, {id, sizeof id}, keepAlive, head().http11);
  bool sendsBody = head().method != Method::Head && mayHaveBody(ready.status);
  bool sendsFile = sendsBody && ready.file.descriptor >= 0;
  std::string_view body = sendsBody && !sendsFile && ready.body ? std::string_view(*ready.body) : std::string_view();
  std::array parts{part({status, statusLength}), part(*ready.head), part("\r\n"), part(body)};

  bool sent = false;
  if (sendsFile) {
    sent = co_await channel_.send(parts, true, writeTimeout()) &&
           co_await channel_.sendFile(ready.file.descriptor, ready.file.offset, ready.file.length, writeTimeout());
  } else {
    bool broken = false;
    sent = channel_.trySend(parts, broken);
    if (!sent && !broken) sent = co_await channel_.send(parts, false, writeTimeout());
  }
  channel_.setDeadline(std::nullopt);
  auto bodyBytes = sendsFile ? ready.file.length : body.size();
  handler_.finished(head(), {{id, sizeof id},
                             viewOf(ready.user),
                             ready.status,
                             sent ? bodyBytes : 0,
                             now() - started,
                             sent,
                             {},
                             nullptr,
                             bodyFailed()});
  co_return sent&& keepAlive ? Next::Again : Next::Close;
}

Task<Connection::Next> Connection::answer(Response response, ConnectionBody* body, bool keepAlive, SteadyTime started,
                                          std::string id) {
  bool sendsBody = head().method != Method::Head && mayHaveBody(response.status);
  auto length = bodyLength(response);
  if (response.close || (!length && !head().http11)) keepAlive = false;
  // What the client goes on sending must be dropped before another request: after the answer, so that whoever is
  // refused does not have to be listened to first.
  auto unread = body ? body->unread() : std::nullopt;
  if (!unread || *unread > kSkipLimit) keepAlive = false;

  std::string headText;
  headText.reserve(512);
  appendStatus(headText, response.status, id, keepAlive, head().http11);
  appendFields(headText, response);
  if (length && (mayHaveBody(response.status))) {
    headText.append("Content-Length: ").append(std::to_string(*length)).append("\r\n");
  } else if (!length && head().http11 && mayHaveBody(response.status)) {
    headText.append("Transfer-Encoding: chunked\r\n");
  }
  headText.append("\r\n");

  auto firstByte = now() - started;
  auto before = channel_.bytesSent();
  auto headLength = headText.size();
  bool sent = false;
  if (sendsBody) {
    sent = co_await sendBody(&response, &headText, length);
  } else {
    auto parts = part(headText);
    sent = co_await channel_.send({&parts, 1}, false, writeTimeout());
  }
  channel_.setDeadline(std::nullopt);
  auto total = channel_.bytesSent() - before;
  auto bodyBytes = total > headLength ? total - headLength : 0;
  handler_.finished(head(), {id, viewOf(response.user), response.status, bodyBytes, now() - started, sent, firstByte,
                             response.trace.get(), bodyFailed()});
  if (!sent) co_return Next::Close;
  if (keepAlive) {
    channel_.setDeadline(now() + kLinger);
    bool skipped = co_await body->skip();
    channel_.setDeadline(std::nullopt);
    co_return skipped ? Next::Again : Next::Close;
  }
  if (unread != 0) co_await linger();
  co_return Next::Close;
}

Task<bool> Connection::sendBody(Response* response, const std::string* headText, std::optional<std::uint64_t> length) {
  if (auto* source = std::get_if<std::unique_ptr<BodySource>>(&response->body)) {
    co_return co_await sendSource(source->get(), length, headText);
  }
  if (auto* file = std::get_if<FilePiece>(&response->body)) {
    auto parts = part(*headText);
    co_return co_await channel_.send({&parts, 1}, file->length > 0, writeTimeout()) &&
        co_await channel_.sendFile(file->descriptor, file->offset, file->length, writeTimeout());
  }
  std::string_view text;
  if (auto* own = std::get_if<std::string>(&response->body)) text = *own;
  if (auto* shared = std::get_if<SharedBytes>(&response->body); shared && *shared) text = **shared;
  std::array parts{part(*headText), part(text)};
  co_return co_await channel_.send(parts, false, writeTimeout());
}

Task<bool> Connection::sendSource(BodySource* source, std::optional<std::uint64_t> length,
                                  const std::string* headText) {
  auto headPart = part(*headText);
  if (!co_await channel_.send({&headPart, 1}, false, writeTimeout())) co_return false;
  bool chunked = !length && head().http11;
  std::uint64_t sent = 0;
  while (true) {
    channel_.setDeadline(std::nullopt);
    auto piece = co_await source->next();
    if (!piece) {
      spdlog::warn("response.truncated target=\"{}\" reason=\"{}\"", head().path, piece.error().message);
      sourceFailed_ = true;
      co_return false;
    }
    if (!*piece) break;
    auto* text = std::get_if<std::string>(&**piece);
    auto* file = std::get_if<FilePiece>(&**piece);
    std::uint64_t size = text ? text->size() : file->length;
    if (size == 0) continue;
    // A source that gives more than was declared would be read as the next answer.
    if (length && size > *length - sent) co_return false;
    sent += size;

    char chunkHead[24];
    int chunkHeadLength =
        chunked ? std::snprintf(chunkHead, sizeof chunkHead, "%llx\r\n", static_cast<unsigned long long>(size)) : 0;
    std::array parts{part({chunkHead, static_cast<std::size_t>(chunkHeadLength)}),
                     part(text ? std::string_view(*text) : std::string_view()),
                     part(chunked && text ? "\r\n" : std::string_view())};
    if (!co_await channel_.send(parts, file != nullptr, writeTimeout())) co_return false;
    if (file) {
      if (!co_await channel_.sendFile(file->descriptor, file->offset, file->length, writeTimeout())) co_return false;
      auto end = part(chunked ? "\r\n" : std::string_view());
      if (!co_await channel_.send({&end, 1}, false, writeTimeout())) co_return false;
    }
  }
  if (length && sent != *length) co_return false;
  auto end = part(chunked ? "0\r\n\r\n" : std::string_view());
  co_return co_await channel_.send({&end, 1}, false, writeTimeout());
}

void Connection::upgrade(const Response& response) {
  channel_.endPace();
  bool deflate = !response.field("Sec-WebSocket-Extensions").empty();
  auto patience = writeTimeout() > milliseconds::zero() ? writeTimeout() : kWebSocketWriteTimeout;
  webSocket_ = std::make_shared<WebSocketPeer>(channel_, response.webSocket, deflate, patience);
}

Task<> Connection::serveWebSocket() {
  if (leaving()) webSocket_->goAway();
  co_await webSocket_->run();
  webSocket_.reset();
  co_await linger();
}

Task<Connection::Next> Connection::refuse(int status, std::string_view message) {
  channel_.beginMessage(pace());
  char id[kRequestIdLength];
  nextRequestId(id);
  std::string text;
  appendStatus(text, status, {id, sizeof id}, false, true);
  text.append("Content-Type: text/plain; charset=utf-8\r\nContent-Length: ").append(std::to_string(message.size() + 1));
  text.append("\r\n\r\n").append(message).append("\n");
  auto parts = part(text);
  if (co_await channel_.send({&parts, 1}, false, writeTimeout())) co_await linger();
  co_return Next::Close;
}

Task<Connection::Next> Connection::turnAway(SteadyTime started) {
  auto response = handler_.refusal(
      head(), 429, "Too many connections from your address (larder.limits.connections, addressShare).", kRetryAfter);
  response.close = true;
  char id[kRequestIdLength];
  nextRequestId(id);
  co_return co_await answer(std::move(response), nullptr, false, started, std::string(id, sizeof id));
}

// The client may still be sending; closing now would reset the connection and could lose the answer on its way
// (RFC 9112, section 9.6).
Task<> Connection::linger() {
  channel_.transport().finishWriting();
  channel_.setDeadline(now() + kLinger);
  co_await channel_.skip(kLingerLimit);
}

}  // namespace larder::http
