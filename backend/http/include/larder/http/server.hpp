// The server: listeners on each io thread, connections, TLS.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "larder/http/message.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::http {

// How a request ended.
struct Outcome {
  std::string_view requestId;
  std::string_view user = {};  // of the answer, "" if it has none
  int status = 0;
  std::uint64_t bytes = 0;  // of body sent
  std::chrono::nanoseconds took{};
  bool complete = true;                  // false if it was cut off
  std::chrono::nanoseconds firstByte{};  // until the answer could begin
  const Trace* trace = nullptr;          // of the answer
  bool bodyFailed = false;               // it was cut off since the body could not be read, not by the client
};

// What the server does with requests. Called on the connection's io thread.
class Handler {
 public:
  virtual ~Handler() = default;
  // Before anything else is done with a request: says in the head who sent it, where that is not the connection's other
  // end. Whatever counts, logs or judges clients goes by what the head says then. Called again for the same request if
  // its head moved in memory; views may point to where those of the head do.
  virtual void received([[maybe_unused]] RequestHead& head) {}
  // Answers at once if everything needed is in memory; true if `response` was filled. No blocking.
  virtual bool tryReady(const RequestHead& head, ReadyResponse& response) = 0;
  virtual Task<Response> handle(Request& request) = 0;
  // What the server itself answers to a request, instead of handle() or of its answer, in the form that clients of the
  // request's path understand: 429 with the time to wait, 408. Plain text if it is not overridden.
  virtual Response refusal(const RequestHead& head, int status, std::string message,
                           std::optional<std::chrono::seconds> retryAfter);
  // After each answer: for the access log and metrics.
  virtual void finished(const RequestHead& head, const Outcome& outcome) = 0;
};

// What clients may take; an IPv6 /64 counts as one address.
struct ServerLimits {
  std::size_t connections = 16384;
  unsigned addressShare = 75;    // percent of what others have left, for one address
  std::uint64_t minRate = 1024;  // bytes per second that a request or an answer must move with, 0: any
  std::chrono::milliseconds minRateWindow{60000};  // … on average over this time
};

struct ServerOptions {
  std::string address;                            // IPv4 or IPv6 literal, or "localhost"; "" is all
  std::uint16_t port = 0;                         // 0: any free one
  std::chrono::milliseconds readTimeout{60000};   // a connection that stands still while a request is read; 0: no limit
  std::chrono::milliseconds writeTimeout{60000};  // … while an answer is written
  std::chrono::milliseconds keepAliveTimeout{75000};
  std::size_t maxHeadBytes = 32 * 1024;
  ServerLimits limits{};
};

// Certificate and key; `clientCa` empty: client certificates are not asked for; `crl` empty: none is looked up in
// revocation lists.
struct TlsFiles {
  std::string certificate, key, clientCa;
  bool requireClientCertificate = false;
  std::string crl = {};
};

class Server {
 public:
  // Binds at once, so that the port is known and a conflict is an error here. Accepts after start().
  static Result<std::unique_ptr<Server>> listen(runtime::Runtime& runtime, const ServerOptions& options,
                                                Handler& handler, telemetry::MetricRegistry& metrics);
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  // Turns TLS on, or swaps the files for new connections; the old ones stay in force on failure. A connection whose
  // client certificate does not hold against the new authorities and revocation lists is served no further request.
  virtual Result<void> setTls(const TlsFiles& files) = 0;
  virtual void setTimeouts(std::chrono::milliseconds read, std::chrono::milliseconds write) = 0;
  // Connections that are open are kept. Of the process's descriptors, files need some too: there are no more
  // connections than seven eighths of them.
  virtual void setLimits(const ServerLimits& limits) = 0;
  virtual void start() = 0;
  // Asks clients to leave: from now on every answer says that it is the connection's last (RFC 9112, section 9.6), and
  // WebSockets are closed (RFC 6455, section 7.4.1: 1001). Connections are still accepted, and none is cut, so that no
  // request is lost on its way.
  virtual void drain() = 0;
  // No new connections, idle ones are closed, running requests go on until `grace` is over. Returns when all are gone.
  virtual Task<> shutdown(std::chrono::milliseconds grace) = 0;
  virtual std::size_t connections() const = 0;
};

// Reads the files as Server::setTls() does, with the same Error; nothing is served with them.
Result<void> checkTls(const TlsFiles& files);

}  // namespace larder::http
