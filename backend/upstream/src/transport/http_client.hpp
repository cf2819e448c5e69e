// The HttpClient behind the public header.
#pragma once

#include <mutex>
#include <vector>

#include "larder/upstream/oci_source.hpp"
#include "transport/curl_multi.hpp"

namespace larder::upstream {

// Keeps libcurl initialized, and knows the multi handles that were made, without keeping them.
class CurlHttpClient final : public HttpClient {
 public:
  CurlHttpClient(runtime::Executor io, telemetry::MetricRegistry& metrics);
  ~CurlHttpClient() override;
  CurlHttpClient(const CurlHttpClient&) = delete;
  CurlHttpClient& operator=(const CurlHttpClient&) = delete;

  void close() override;
  std::shared_ptr<CurlMulti> makeMulti(std::size_t maxIdle);
  telemetry::MetricRegistry& metrics() { return metrics_; }

 private:
  const runtime::Executor io_;
  telemetry::MetricRegistry& metrics_;
  std::mutex mutex_;
  bool closed_ = false;
  std::vector<std::weak_ptr<CurlMulti>> multis_;
};

}  // namespace larder::upstream
