// How one endpoint is talked to: limits, breaker, log-in, redirects, retries. What is asked for is oci_source's matter.
//
// Thread-safe; coroutines run on the caller's executor and keep the session alive.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "larder/runtime/clock.hpp"
#include "larder/upstream/endpoint.hpp"
#include "larder/upstream/oci_source.hpp"
#include "sources/oci/breaker.hpp"
#include "sources/oci/byte_rate.hpp"
#include "sources/oci/credential_scope.hpp"
#include "sources/oci/rate_gate.hpp"
#include "sources/oci/request_budget.hpp"
#include "sources/oci/token_auth.hpp"
#include "sources/oci/upstream_metrics.hpp"
#include "transport/http_client.hpp"
#include "transport/transfer.hpp"

namespace larder::upstream {

struct Ask {
  Method method = Method::Get;
  std::string path;                  // at the endpoint, "/v2/library/nginx/manifests/latest"
  std::string scope;                 // "repository:library/nginx:pull"
  std::string what;                  // for messages: "the manifest of library/nginx:latest"
  std::vector<std::string> headers;  // Accept, Range
  BodyMode body = BodyMode::Collect;
  std::size_t maxBodyBytes = 64 * 1024;
  std::vector<int> alsoAccepted;  // statuses besides 2xx that are an answer
  SteadyTime deadline;
  bool* answered = nullptr;  // set to whether the endpoint itself answered the last request
};

// The right to send a request.
struct Turn {
  RateGate::Pass pass;
  std::chrono::milliseconds waited{};
};

// An answer with its body still to be taken. The turn counts the request as running until this is gone.
struct Answer {
  ResponseHead head;
  std::string url;  // where it came from in the end
  bool redirected = false;
  Turn turn;
  std::unique_ptr<Transfer> transfer;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  static std::shared_ptr<Session> make(std::shared_ptr<CurlHttpClient> client, runtime::Executor blocking,
                                       EndpointOptions options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Endpoint& endpoint() const { return endpoint_; }
  const EndpointOptions& options() const { return options_; }
  const std::string& host() const { return host_; }
  // For what takes an io thread too long (runtime::offloadLarge).
  const runtime::Executor& blocking() const { return blocking_; }
  UpstreamStatus status() const;

  // Waits in the queue of `scope` (RateGate).
  Task<Result<Turn>> turn(std::string scope, RateGate::Kind kind, SteadyTime deadline);
  // One try. Statuses other than 2xx and those accepted become failures (transport/failure.hpp).
  Task<Result<Answer>> askInTurn(Ask ask, Turn turn);
  // turn() and askInTurn().
  Task<Result<Answer>> ask(Ask ask);
  // ask(), and the whole body.
  struct Document {
    ResponseHead head;
    std::string url;
    bool redirected = false;
    std::string body;
    std::chrono::milliseconds waited{};
  };
  Task<Result<Document>> fetch(Ask ask);
  // fetch() with the retries of the sync rule, none of which begins after the deadline.
  Task<Result<Document>> fetchRetrying(Ask ask);

  // Whether try number `tries` (1 is the first) that failed so is to be followed by another; waits for its turn then.
  Task<bool> waitForRetry(core::Error error, int tries, SteadyTime deadline);
  // Waits as long as the upstream's bandwidth wants it after `bytes` have come, but not beyond the deadline.
  Task<> keepRate(std::uint64_t bytes, SteadyTime deadline);
  // UpstreamSource::learn().
  void learn(const core::Error* outage, std::chrono::milliseconds firstByte);
  // A failure of a body that ask() had counted as a success.
  void reportBodyFailure(const core::Error& error);

 private:
  Session(std::shared_ptr<CurlHttpClient> client, runtime::Executor blocking, EndpointOptions options,
          Endpoint endpoint);
  struct Hop {
    ResponseHead head;
    std::string url;
    bool redirected = false;
    std::unique_ptr<Transfer> transfer;
  };
  Task<Result<Hop>> authorized(Ask ask);
  // `sentFrom`: where the answer that named the URL came from.
  Task<Result<Hop>> follow(Ask ask, std::string url, std::string authorization, Reach sentFrom);
  // What a hop to `target` may connect to.
  Reach nearest(const UrlParts& target, Reach sentFrom) const;
  core::Error tooNear(const UrlParts& target, Reach allowed) const;
  RequestSpec specFor(const Ask& ask, const std::string& url, const std::string& authorization,
                      const std::string& firstUrl, Reach nearest) const;
  static Task<Result<std::string>> fetchToken(std::weak_ptr<Session> weak, std::string url, std::string authorization,
                                              Reach sentFrom, SteadyTime deadline);
  // What the breaker learns from a failure. `answered`: as in Ask.
  Task<> concludeFailure(Breaker::Permit permit, core::Error error, bool answered, SteadyTime deadline);
  Task<bool> isThere(SteadyTime deadline);
  void conclude(Breaker::Permit permit, const core::Error* error, bool ofHost = true);
  // The failure as an admin and a client should read it; one that denies access says what would help.
  core::Error explained(core::Error error, const std::string& what) const;
  // Logs a denial, once: which names clients ask for must not fill the log.
  void tellOfDenial(const core::Error& error);

  // Declared before what borrows from them.
  const EndpointOptions options_;
  const Endpoint endpoint_;
  const std::string homeHost_;  // as splitUrl() writes the endpoint's
  const std::string host_;
  const std::shared_ptr<const runtime::Clock> clock_;
  const std::shared_ptr<CurlHttpClient> client_;
  const runtime::Executor blocking_;
  const std::shared_ptr<CurlMulti> multi_;
  std::shared_ptr<const TlsOptions> tls_;
  UpstreamMetrics metrics_;
  Breaker breaker_;
  std::atomic<bool> checking_ = false;  // isThere() runs
  RateGate gate_;
  const std::shared_ptr<RequestBudget> budget_;
  ByteRate bandwidth_;
  std::shared_ptr<TokenAuth> auth_;
  std::mutex denialMutex_;
  std::string lastDenial_;      // under denialMutex_: as it was logged
  SteadyTime nextDenialLog_{};  // under denialMutex_
};

}  // namespace larder::upstream
