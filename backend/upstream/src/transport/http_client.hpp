// The HttpClient behind the public header.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "larder/upstream/oci_source.hpp"
#include "sources/oci/request_budget.hpp"
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
  // The same one for as long as the client lives.
  std::shared_ptr<RequestBudget> budget(const std::string& host);

 private:
  const runtime::Executor io_;
  telemetry::MetricRegistry& metrics_;
  std::mutex mutex_;
  bool closed_ = false;
  std::vector<std::weak_ptr<CurlMulti>> multis_;
  std::map<std::string, std::shared_ptr<RequestBudget>> budgets_;
};

}  // namespace larder::upstream
