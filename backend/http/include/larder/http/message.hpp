// Requests and responses as handlers see them: plain types, no Asio and no Beast.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"

namespace larder::http {

using core::Result;
using runtime::Task;

enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Options, Other };
std::string_view toString(Method method);

// The head of a request. Views point into the connection's buffer and live as long as the handler runs.
class RequestHead {
 public:
  static constexpr std::size_t kMaxFields = 64;  // more are answered 431

  Method method = Method::Get;
  std::string_view methodText;
  std::string_view target;  // as received: "/v2/a/manifests/b?ns=docker.io"
  std::string_view path;    // before '?', still percent-encoded
  std::string_view query;   // after '?', without it
  std::string_view prefix;  // what a trusted proxy took off before `path`: "/larder", "" if nothing
  std::string_view remoteAddress;
  std::string_view certificateName;  // common name of the verified client certificate, "" if none
  bool tls = false;
  bool http11 = true;

  // The first field of that name (any case), "" if none.
  std::string_view field(std::string_view name) const;
  bool hasField(std::string_view name) const;
  std::span<const std::pair<std::string_view, std::string_view>> fields() const { return fields_; }
  // The decoded value of a query parameter; nothing if it is not there.
  std::optional<std::string> queryParameter(std::string_view name) const;
  // All decoded values of a repeated parameter.
  std::vector<std::string> queryParameters(std::string_view name) const;

  bool addField(std::string_view name, std::string_view value);  // false if there are too many
  void clear();
  void clearFields() { fields_.clear(); }

 private:
  // Room for what registry clients usually send; more are allocated. Small, since each request that is being handled
  // has it.
  boost::container::small_vector<std::pair<std::string_view, std::string_view>, 12> fields_;
};

// Percent-decoding (RFC 3986, section 2.1). Nothing for a broken escape or a NUL.
std::optional<std::string> percentDecode(std::string_view text);
std::string percentEncode(std::string_view text);  // keeps unreserved characters and '/'

// The body of a request as it arrives.
class RequestBody {
 public:
  virtual ~RequestBody() = default;
  // Content-Length; nothing with chunked coding. 0 if there is no body.
  virtual std::optional<std::uint64_t> length() const = 0;
  // The next bytes, valid until the next call; empty at the end. Fails if the client leaves or stands still for too
  // long. Sends "100 Continue" before the first if the client waits for it.
  virtual Task<Result<std::span<const std::byte>>> read() = 0;
  // All of it; TooLarge beyond `limit`.
  Task<Result<std::string>> readAll(std::size_t limit);
};

struct Request {
  const RequestHead& head;
  RequestBody& body;
  runtime::Executor executor;  // of the connection
  std::string id;              // for logs and the X-Request-Id field
  // Whether the client has ended its side of the connection: the answer may reach nobody, so that long work may stop.
  // To be called on `executor`.
  std::function<bool()> left = {};

  bool clientLeft() const { return left && left(); }
};

// A piece of a file to send with sendfile(2). `owner` keeps the descriptor open.
struct FilePiece {
  std::shared_ptr<const void> owner;
  int descriptor = -1;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};
using Piece = std::variant<std::string, FilePiece>;

// A body that is produced while it is sent.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // The next piece, not empty; nothing at the end. A failure cuts the connection off, so that the client cannot take
  // what it has for the whole. May wait as long as it likes: it has its own deadlines.
  virtual Task<Result<std::optional<Piece>>> next() = 0;
};

// Bytes shared with a cache.
using SharedBytes = std::shared_ptr<const std::string>;

// Who asked, for the access log; null where nobody was found out. Shared, so that a ready-made answer copies no text.
using UserName = std::shared_ptr<const std::string>;

class WebSocketSession;

// What a handler wants back when its answer has ended (Handler::finished). The connection only keeps it.
class Trace {
 public:
  virtual ~Trace() = default;
};

struct Response {
  int status = 200;
  // Name and value; Content-Length, Date, Connection and X-Request-Id are set by the connection.
  std::vector<std::pair<std::string, std::string>> fields;
  std::variant<std::monostate, std::string, SharedBytes, FilePiece, std::unique_ptr<BodySource>> body;
  // For HEAD and for a BodySource: the length to declare. Without one a BodySource is sent chunked.
  std::optional<std::uint64_t> contentLength;
  // End the connection after this answer.
  bool close = false;
  UserName user;
  std::shared_ptr<const Trace> trace;
  // With status 101: what the connection goes on as (websocket.hpp).
  std::shared_ptr<WebSocketSession> webSocket;

  Response() = default;
  explicit Response(int code) : status(code) {}
  Response& set(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  // The first field of that name (any case), "" if none.
  std::string_view field(std::string_view name) const;
};

// An answer that is ready-made: the hot path.
struct ReadyResponse {
  int status = 200;
  // Complete header lines without status line, Date, X-Request-Id and the empty line; Content-Length included.
  std::shared_ptr<const std::string> head;
  SharedBytes body;  // null: none (HEAD too)
  FilePiece file;    // used if its descriptor is ≥ 0
  UserName user;
};

}  // namespace larder::http
