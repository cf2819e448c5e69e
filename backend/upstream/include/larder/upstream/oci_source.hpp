// The OCI distribution client over libcurl, HTTP/2 where the upstream has it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "larder/runtime/runtime.hpp"
#include "larder/telemetry/metrics.hpp"
#include "larder/upstream/upstream_source.hpp"

namespace larder::upstream {

struct Credentials {
  std::string username;
  std::string password;
};

class CredentialHelper;

// Everything about one endpoint. Built from a sync rule (config) by the registry layer.
struct EndpointOptions {
  std::string url;   // "https://registry-1.docker.io"; a path is put before the name unless the name begins with it
  std::string host;  // as clients name it: "docker.io"
  // Asked at each log-in, so that a changed credentials file is seen; empty: anonymous. Called on io threads, from
  // several at once: it must not block.
  std::function<std::optional<Credentials>()> credentials;
  std::shared_ptr<CredentialHelper> credentialHelper;  // asked instead, if there is one
  std::vector<std::string> allowedAuthRealms;          // hosts that get credentials too, with or without a port
  // Whether the host may be at an address of this machine, its link or its cloud's metadata service. Where it leads to
  // (redirects, token servers) may be if it is itself, or is in allowedAuthRealms.
  bool localAddresses = true;
  bool tlsVerify = true;
  std::filesystem::path certDir;  // ca.crt, *.cert with *.key, as Docker's certs.d; empty: the system's CAs
  bool http2 = true;
  int maxRetries = 0;
  std::chrono::milliseconds retryDelay{0};
  std::chrono::milliseconds maxRetryDelay{0};  // 0: retryDelay is constant
  std::size_t maxConcurrent = 64;              // requests at once (reqConcurrent)
  double requestsPerSecond = 0;                // 0: unlimited (reqPerSec)
  std::uint64_t requestsPerHour = 0;           // of all endpoints of the host together (requestBudget); 0: unlimited
  std::uint64_t downloadBytesPerSecond = 0;    // of all blobs together (downloadRate); 0: unlimited
  std::size_t maxIdleConnections = 0;          // kept open while unused; 0: 32
  std::chrono::milliseconds connectTimeout{3000};
  std::chrono::milliseconds firstByteTimeout{10000};
  std::chrono::milliseconds stallTimeout{30000};  // a body that stands still this long counts as cut
  int breakerFailures = 3;                        // in a row
  std::chrono::milliseconds breakerOpenFor{10000};
};

// Drives libcurl on one executor, with one multi handle per endpoint, so that idle connections and TLS state end with
// the endpoint. Thread-safe. Its destructor closes.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Ends every transfer with Cancelled, and fails later ones the same way. Returns at once; safe from any thread.
  virtual void close() = 0;
};

// `io` must be an io_context's executor (runtime::Runtime::io); its context may end before or after the client.
// `metrics` must outlive all sources made with the client.
std::shared_ptr<HttpClient> makeHttpClient(runtime::Executor io, telemetry::MetricRegistry& metrics);
// Calls may run on while the source is destroyed. What is long is hashed and parsed on `blocking`. Throws
// std::invalid_argument if options.url is no upstream's URL (parseEndpoint() tells beforehand).
std::shared_ptr<UpstreamSource> makeOciSource(std::shared_ptr<HttpClient> client, runtime::Executor blocking,
                                              EndpointOptions options);

}  // namespace larder::upstream
