// One connection: reads requests, hands them to the handler, sends the answers.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "channel.hpp"
#include "larder/http/server.hpp"
#include "larder/runtime/address_limits.hpp"
#include "request_state.hpp"
#include "websocket/peer.hpp"

namespace larder::http {

class ConnectionBody;

// What connections share. All but the head's size may change while they run.
struct ConnectionSettings {
  std::atomic<std::int64_t> readTimeoutMs, writeTimeoutMs, keepAliveTimeoutMs;  // 0: no limit
  std::atomic<std::uint64_t> minRate;                                           // bytes per second, 0: no limit
  std::atomic<std::int64_t> minRateWindowMs;
  std::size_t maxHeadBytes = 0;
  // Places for bodies that are being read, and for heads that are larger than most.
  std::shared_ptr<runtime::AddressShares> bodies, largeHeads;
  runtime::Executor reading;  // where files that are not in memory are read
  TlsCell tls;
};

// Whom a connection serves.
struct Client {
  std::string address;
  runtime::ClientNetwork network;
  std::uint64_t tlsGeneration = 0;  // of the context that the transport was made with; 0 without TLS
  bool turnedAway = false;          // has more connections than it may: its first request is answered 429
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(runtime::Executor executor, std::unique_ptr<Transport> transport, Client client, Handler& handler,
             const ConnectionSettings& settings);

  // Serves until the client or shutdown ends it.
  Task<> run();

  // Called by the sweep and by shutdown, on the connection's thread.
  void expireIfDue(SteadyTime now);
  // The next answer is the last one; a WebSocket is closed.
  void drain();
  void closeWhenIdle();
  void abort();
  // Checks the client's certificate again if what it is held against was replaced since the last time, and ends the
  // connection once it does not hold. False if there was nothing to check. By the sweep, and before each request.
  bool recheckCertificate();

 private:
  enum class Next { Again, Close };

  // What a pointer leads to outlives the task: these are awaited where they are called.
  Task<bool> handshake();
  // A complete head in the buffer; its length, 0 if the connection is to be closed.
  Task<std::size_t> readHead();
  // The head and who sent it; its views point into `text`.
  ParseFailure parseHead(std::string_view text);
  Task<Next> serveOne(std::size_t headLength);
  Task<Next> answerReady(ReadyResponse ready, bool keepAlive, SteadyTime started);
  Task<Next> answer(Response response, ConnectionBody* body, bool keepAlive, SteadyTime started, std::string id);
  Task<bool> sendBody(Response* response, const std::string* headText, std::optional<std::uint64_t> length);
  Task<bool> sendSource(BodySource* source, std::optional<std::uint64_t> length, const std::string* headText);
  // What the connection goes on as after an opening handshake.
  void upgrade(const Response& response);
  Task<> serveWebSocket();
  Task<Next> refuse(int status, std::string_view message);
  // The handler's answer to a request that it does not get.
  Task<Next> turnAway(SteadyTime started);
  Task<> linger();
  // Of the request that is being handled.
  RequestHead& head() { return request_->head; }
  RequestParser& parser() { return request_->parser; }
  // Whether an answer was cut off since there was no more of its body. The connection ends with it.
  bool bodyFailed() const { return sourceFailed_ || channel_.fileFailed(); }
  // Whether this request is to be the last.
  bool leaving() const { return closing_ || draining_; }
  std::chrono::milliseconds writeTimeout() const;
  Pace pace() const;
  // By when a head that has begun must be there.
  std::optional<SteadyTime> headDeadline() const;

  runtime::Executor executor_;
  Channel channel_;
  const Client client_;
  std::string certificateName_;
  std::uint64_t tlsGeneration_;  // that the certificate was checked with; 0 without TLS
  Handler& handler_;
  const ConnectionSettings& settings_;
  RequestStatePtr request_;  // null between requests
  runtime::AddressShares::Place largeHead_;
  std::shared_ptr<WebSocketPeer> webSocket_;
  bool idle_ = true;       // between requests
  bool closing_ = false;   // ends once it is idle
  bool draining_ = false;  // ends with its next answer
  bool certificateRefused_ = false;
  bool sourceFailed_ = false;  // the body of the answer did
};

}  // namespace larder::http
