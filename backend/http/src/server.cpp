#include "larder/http/server.hpp"

#include <signal.h>
#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <list>
#include <mutex>
#include <utility>
#include <vector>

#include "connection.hpp"
#include "larder/runtime/address_limits.hpp"
#include "larder/runtime/limits.hpp"
#include "larder/runtime/signal.hpp"

namespace larder::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kSweepInterval{1000};
constexpr milliseconds kAbortGrace{2000};
// Client certificates that a sweep checks again after a reload: each costs some 0.1 ms of the io thread. A connection
// that it has not come to is checked before its next request.
constexpr std::size_t kChecksOfSweep = 100;

// The connections of one io thread; touched on that thread only.
struct ThreadConnections {
  runtime::Executor executor;
  std::list<std::shared_ptr<Connection>> list;
};

// Connections that are kept for as long as it takes to tell their clients that there are too many.
constexpr std::size_t kTurnedAway = 256;
constexpr std::size_t kLargeHeads = 1024;
constexpr std::chrono::seconds kWarnEvery{60};

struct Shared {
  Handler& handler;
  ConnectionSettings settings;
  std::shared_ptr<telemetry::Gauge> open;
  std::shared_ptr<telemetry::Counter> refused;
  std::atomic<std::size_t> count{0};
  std::atomic<std::size_t> maxConnections{0};
  std::shared_ptr<runtime::AddressShares> places = std::make_shared<runtime::AddressShares>(1, 100);
  std::shared_ptr<runtime::AddressShares> turnedAway = std::make_shared<runtime::AddressShares>(kTurnedAway, 100);
  runtime::Signal closed;  // a connection has ended, or accepting has
  std::atomic<bool> accepting{false};
  std::atomic<bool> draining{false}, stopping{false};

  explicit Shared(Handler& h) : handler(h) {}
};

// `place` is held for as long as the connection is open.
Task<> serve(std::shared_ptr<Shared> shared, std::shared_ptr<ThreadConnections> thread,
             std::shared_ptr<Connection> connection, runtime::AddressShares::Place place) {
  auto entry = thread->list.insert(thread->list.end(), connection);
  if (shared->draining) connection->drain();
  if (shared->stopping) connection->closeWhenIdle();
  try {
    co_await connection->run();
  } catch (const std::exception& e) {
    spdlog::error("connection.failed error=\"{}\"", e.what());
  }
  thread->list.erase(entry);
  place.release();
  shared->open->set(static_cast<double>(shared->count.fetch_sub(1) - 1));
  shared->closed.notify();
}

Task<> sweep(std::shared_ptr<Shared> shared, std::shared_ptr<ThreadConnections> thread) {
  while (!shared->stopping || !thread->list.empty()) {
    co_await runtime::sleepFor(kSweepInterval);
    auto now = std::chrono::steady_clock::now();
    std::size_t checks = 0;
    for (auto& connection : thread->list) {
      connection->expireIfDue(now);
      if (checks < kChecksOfSweep && connection->recheckCertificate()) ++checks;
    }
  }
}

// "[::1]:5000" in logs and configuration is an address and a port here.
Result<tcp::endpoint> resolve(const ServerOptions& options) {
  auto text = options.address;
  if (text.empty()) text = "::";
  if (text == "localhost") text = "127.0.0.1";
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  boost::system::error_code error;
  auto address = asio::ip::make_address(text, error);
  if (error) {
    return core::fail(core::ErrorCode::InvalidArgument,
                      "'" + options.address + "' is not an IP address; use 0.0.0.0 for every interface.",
                      "http.address");
  }
  return tcp::endpoint(address, options.port);
}

class ServerImpl final : public Server {
 public:
  ServerImpl(runtime::Runtime& runtime, const ServerOptions& options, Handler& handler,
             telemetry::MetricRegistry& metrics)
      : shared_(std::make_shared<Shared>(handler)), acceptor_(std::make_shared<tcp::acceptor>(runtime.io(0))) {
    shared_->open = metrics.gauge("larder_http_connections", "Open client connections.");
    shared_->refused = metrics.counter("larder_http_connections_refused_total",
                                       "Client connections refused because of connection limits.");
    shared_->settings.bodies = std::make_shared<runtime::AddressShares>(1, 100);
    shared_->settings.largeHeads = std::make_shared<runtime::AddressShares>(1, 100);
    setLimits(options.limits);
    shared_->settings.reading = runtime.reading();
    shared_->settings.maxHeadBytes = options.maxHeadBytes;
    shared_->settings.keepAliveTimeoutMs = options.keepAliveTimeout.count();
    setTimeouts(options.readTimeout, options.writeTimeout);
    for (std::size_t i = 0; i < runtime.ioThreads(); ++i) {
      threads_.push_back(std::make_shared<ThreadConnections>(ThreadConnections{runtime.io(i), {}}));
    }
  }

  Result<void> bind(const ServerOptions& options) {
    auto endpoint = resolve(options);
    if (!endpoint) return core::fail(endpoint.error());
    boost::system::error_code error;
    acceptor_->open(endpoint->protocol(), error);
    // Without IPv6 in the kernel, "every interface" is IPv4's.
    if (error && options.address.empty()) {
      *endpoint = tcp::endpoint(tcp::v4(), options.port);
      acceptor_->open(endpoint->protocol(), error);
    }
    if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && endpoint->protocol() == tcp::v6()) {
      boost::system::error_code ignored;
      acceptor_->set_option(boost::asio::ip::v6_only(false), ignored);
    }
    if (!error) acceptor_->bind(*endpoint, error);
    if (!error) acceptor_->listen(4096, error);
    if (error) {
      const char* advice = error == asio::error::address_in_use
                               ? " Stop the process that uses the port (see ss -ltnp), or change http.port."
                           : error == asio::error::access_denied
                               ? " Ports below 1024 need CAP_NET_BIND_SERVICE: grant it, or change http.port."
                               : " Set http.address to an address of this machine.";
      return core::fail(core::ErrorCode::Io, "Cannot listen: " + error.message() + "." + advice,
                        options.address + ":" + std::to_string(options.port));
    }
    port_ = acceptor_->local_endpoint(error).port();
    return {};
  }

  std::uint16_t port() const override { return port_; }

  Result<void> setTls(const TlsFiles& files) override {
    auto tls = TlsContext::load(files);
    if (!tls) return core::fail(tls.error());
    shared_->settings.tls.store(std::move(*tls));
    return {};
  }

  void setTimeouts(milliseconds read, milliseconds write) override {
    shared_->settings.readTimeoutMs = read.count();
    shared_->settings.writeTimeoutMs = write.count();
  }

  void setLimits(const ServerLimits& limits) override {
    auto shares = runtime::descriptorShares();
    auto connections = std::min(limits.connections, shares.connections);
    // Each reload sets the limits, most of them to what they were.
    auto wanted = std::exchange(wantedConnections_, limits.connections);
    if (connections < limits.connections && wanted != limits.connections) {
      spdlog::warn(
          "connections.limited limit={} configured={} hint=\"Raise the open files limit (ulimit -n, LimitNOFILE).\"",
          connections, limits.connections);
    }
    shared_->maxConnections = connections;
    shared_->places->limit(connections, limits.addressShare);
    shared_->turnedAway->limit(std::min(kTurnedAway, shares.turnedAway), limits.addressShare);
    shared_->settings.largeHeads->limit(kLargeHeads, limits.addressShare);
    // The rest are for those who read: an answer costs less than a body.
    shared_->settings.bodies->limit(std::max<std::size_t>(connections / 8, 1), limits.addressShare);
    shared_->settings.minRate = limits.minRate;
    shared_->settings.minRateWindowMs = limits.minRateWindow.count();
  }

  void start() override {
    for (auto& thread : threads_) runtime::spawn(thread->executor, "connection-sweep", sweep(shared_, thread));
    shared_->accepting = true;
    runtime::spawn(acceptor_->get_executor(), "accept", accept());
  }

  void drain() override {
    shared_->draining = true;
    each(&Connection::drain);
  }

  Task<> shutdown(milliseconds grace) override {
    shared_->stopping = true;
    asio::post(acceptor_->get_executor(), [acceptor = acceptor_] {
      boost::system::error_code ignored;
      acceptor->close(ignored);
    });
    each(&Connection::closeWhenIdle);
    co_await untilClosed(std::chrono::steady_clock::now() + grace);
    each(&Connection::abort);
    co_await untilClosed(std::chrono::steady_clock::now() + kAbortGrace);
  }

  std::size_t connections() const override { return shared_->count; }

 private:
  Task<> accept() {
    co_await acceptAll();
    // Once shutdown() knows of it, this server may be gone.
    auto shared = shared_;
    shared->accepting = false;
    shared->closed.notify();
  }

  // Connections are dealt out in turn: with SO_REUSEPORT the kernel's hash would put several of a node's few
  // long-lived connections on one thread.
  Task<> acceptAll() {
    std::size_t turn = 0;
    while (!shared_->stopping) {
      // Whoever comes now waits in the backlog: there is no place for anyone.
      if (shared_->places->taken() >= shared_->maxConnections) {
        co_await runtime::sleepFor(milliseconds(20));
        continue;
      }
      auto [error, socket] = co_await acceptor_->async_accept(asio::as_tuple(asio::deferred));
      if (shared_->stopping) co_return;
      if (error) {
        if (error == asio::error::connection_aborted) continue;
        // Out of descriptors or memory: those who are served go on, and new ones wait in the backlog.
        spdlog::warn("accept.failed reason=\"{}\"", error.message());
        co_await runtime::sleepFor(milliseconds(100));
        continue;
      }
      adopt(std::move(socket), threads_[turn++ % threads_.size()]);
    }
  }

  void adopt(tcp::socket socket, const std::shared_ptr<ThreadConnections>& thread) {
    boost::system::error_code error;
    auto remote = socket.remote_endpoint(error);
    if (error) return;
    auto address = remote.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
      address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    auto text = address.to_string();
    auto network = runtime::ClientNetwork::of(text);
    auto place = shared_->places->take(network);
    bool turnedAway = !place;
    if (turnedAway) {
      noteRefusal(text);
      place = shared_->turnedAway->take(network);
      if (!place) return;
    }
    int descriptor = socket.release(error);
    if (error) return;
    auto [tls, generation] = shared_->settings.tls.load();
    auto transport = makeTransport(thread->executor, descriptor, remote.protocol() == tcp::v6(), tls);
    auto connection = std::make_shared<Connection>(thread->executor, std::move(transport),
                                                   Client{std::move(text), network, generation, turnedAway},
                                                   shared_->handler, shared_->settings);
    shared_->open->set(static_cast<double>(shared_->count.fetch_add(1) + 1));
    runtime::spawn(thread->executor, "connection", serve(shared_, thread, std::move(connection), std::move(place)));
  }

  // On the acceptor's thread.
  void noteRefusal(const std::string& address) {
    shared_->refused->add();
    auto now = std::chrono::steady_clock::now();
    if (now < warnAgainAt_) return;
    warnAgainAt_ = now + kWarnEvery;
    spdlog::warn("connections.refused remote={} open={} hint=\"larder.limits.connections and addressShare\"", address,
                 shared_->places->taken());
  }

  void each(void (Connection::*method)()) {
    for (auto& thread : threads_) {
      asio::post(thread->executor, [thread, method] {
        for (auto& connection : thread->list) (connection.get()->*method)();
      });
    }
  }

  Task<> untilClosed(SteadyTime deadline) {
    while (true) {
      auto seen = shared_->closed.version();
      if (!shared_->accepting && shared_->count == 0) co_return;
      if (!co_await shared_->closed.wait(seen, deadline)) co_return;
    }
  }

  std::shared_ptr<Shared> shared_;
  std::vector<std::shared_ptr<ThreadConnections>> threads_;
  std::shared_ptr<tcp::acceptor> acceptor_;
  std::size_t wantedConnections_ = 0;
  std::uint16_t port_ = 0;
  SteadyTime warnAgainAt_{};
};

}  // namespace

Response Handler::refusal(const RequestHead&, int status, std::string message,
                          std::optional<std::chrono::seconds> retryAfter) {
  Response response(status);
  response.set("Content-Type", "text/plain; charset=utf-8");
  if (retryAfter) response.set("Retry-After", std::to_string(retryAfter->count()));
  message += '\n';
  response.body = std::move(message);
  return response;
}

Result<std::unique_ptr<Server>> Server::listen(runtime::Runtime& runtime, const ServerOptions& options,
                                               Handler& handler, telemetry::MetricRegistry& metrics) {
  // OpenSSL writes with write(2), which has no flag against it: a client that leaves must not end the process.
  ::signal(SIGPIPE, SIG_IGN);
  auto server = std::make_unique<ServerImpl>(runtime, options, handler, metrics);
  if (auto bound = server->bind(options); !bound) return core::fail(bound.error());
  return server;
}

}  // namespace larder::http
