// One libcurl multi handle, driven by Asio through curl_multi_socket_action.
//
// Threads: every call into libcurl happens on the executor given. start(), resume(), cancel() and close() may be called
// from any thread: they leave a command and wake the executor. Nothing is posted once the executor's context is gone.
// Each endpoint has a multi handle of its own, so that its idle connections, CA cache and TLS sessions end with it.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "larder/runtime/task.hpp"
#include "transport/curl_handles.hpp"
#include "transport/transfer_state.hpp"

namespace larder::upstream {

class CurlMulti : public std::enable_shared_from_this<CurlMulti> {
 public:
  // By default as many as a pull opens at once; libcurl's own default shrinks with the running transfers to none.
  static constexpr std::size_t kMaxIdle = 32;

  // `maxIdle`: connections that are kept open while unused; 0: kMaxIdle.
  static std::shared_ptr<CurlMulti> make(runtime::Executor io, std::size_t maxIdle);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  void start(std::shared_ptr<TransferState> transfer);
  void resume(std::shared_ptr<TransferState> transfer);
  // Ends the transfer, unless it has ended, and closes its connection if it is in the middle of an answer.
  void cancel(std::shared_ptr<TransferState> transfer);
  // Ends all transfers with Cancelled, and refuses new ones the same way.
  void close();

  const std::shared_ptr<PiecePool>& pieces() const { return pieces_; }

 private:
  enum class Action { Start, Resume, Cancel };
  struct Command {
    Action action;
    std::shared_ptr<TransferState> transfer;
  };
  struct Socket;
  struct Running {
    CurlMulti& multi;
    std::shared_ptr<TransferState> transfer;
    EasyHandle easy;
    HeaderHandle headers;
    bool touched = false;
    bool forbidden = false;  // an address was not connected to
    char detail[CURL_ERROR_SIZE] = {};
  };
  // Destroyed with the executor's context, whose sockets and timers must not be touched afterwards.
  struct ContextWatch {
    std::weak_ptr<CurlMulti> owner;
    ~ContextWatch() {
      if (auto multi = owner.lock()) multi->shutDown();
    }
  };

  CurlMulti(runtime::Executor io, std::size_t maxIdle);
  void watchContext();
  void send(Action action, std::shared_ptr<TransferState> transfer);
  void runCommands();
  void shutDown();

  void begin(const std::shared_ptr<TransferState>& transfer);
  void unpause(Running& running);
  void drop(TransferState& transfer);
  EasyHandle takeEasy();
  void keepEasy(EasyHandle easy);
  bool setUp(Running& running);
  void touch(Running& running);

  void act(curl_socket_t fd, int events);
  void actSoon();
  void finishDone();
  void settleAll();
  void watch(const std::shared_ptr<Socket>& socket);
  void onReady(const std::shared_ptr<Socket>& socket, int event, const boost::system::error_code& failure);

  static int onSocket(CURL* easy, curl_socket_t fd, int what, void* self, void* socket);
  static int onTimerChange(CURLM* multi, long timeoutMs, void* self);
  static curl_socket_t onOpenSocket(void* running, curlsocktype purpose, curl_sockaddr* address);
  static int onConnected(void* running, char* address, char* localAddress, int port, int localPort);
  static Reach reachOfConnection(CURL* easy);
  static std::size_t onHeader(char* data, std::size_t size, std::size_t count, void* running);
  static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* running);

  const runtime::Executor io_;
  const std::shared_ptr<PiecePool> pieces_ = std::make_shared<PiecePool>();

  std::mutex inboxMutex_;
  std::vector<Command> inbox_;
  bool closed_ = false;

  // Of the executor's thread. The order matters: easy handles go before the multi and the share.
  ShareHandle share_;
  MultiHandle multi_;
  std::vector<EasyHandle> idleEasies_;
  std::unordered_map<TransferState*, std::unique_ptr<Running>> running_;
  std::vector<TransferState*> touched_;  // those that something came for in this round
  std::unordered_map<curl_socket_t, std::shared_ptr<Socket>> sockets_;
  std::optional<boost::asio::steady_timer> timer_;
  bool actPosted_ = false;
  std::optional<boost::asio::steady_timer> contextTimer_;
};

}  // namespace larder::upstream
