#include "transport/http_client.hpp"

#include <stdexcept>

#include "sources/oci/credential_scope.hpp"

namespace larder::upstream {

CurlHttpClient::CurlHttpClient(runtime::Executor io, telemetry::MetricRegistry& metrics)
    : io_(std::move(io)), metrics_(metrics) {
  // Counted by libcurl, and safe from several threads since 7.84.
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl could not be initialized");
  // Read now, not on an io thread.
  publicSuffixes();
}

CurlHttpClient::~CurlHttpClient() {
  close();
}

void CurlHttpClient::close() {
  std::vector<std::weak_ptr<CurlMulti>> multis;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    multis.swap(multis_);
  }
  for (auto& weak : multis) {
    if (auto multi = weak.lock()) multi->close();
  }
}

std::shared_ptr<CurlMulti> CurlHttpClient::makeMulti(std::size_t maxIdle) {
  auto multi = CurlMulti::make(io_, maxIdle);
  std::lock_guard lock(mutex_);
  std::erase_if(multis_, [](const auto& weak) { return weak.expired(); });
  multis_.push_back(multi);
  if (closed_) multi->close();
  return multi;
}

std::shared_ptr<RequestBudget> CurlHttpClient::budget(const std::string& host) {
  std::lock_guard lock(mutex_);
  auto& budget = budgets_[host];
  if (!budget) budget = std::make_shared<RequestBudget>(host);
  return budget;
}

std::shared_ptr<HttpClient> makeHttpClient(runtime::Executor io, telemetry::MetricRegistry& metrics) {
  return std::make_shared<CurlHttpClient>(std::move(io), metrics);
}

}  // namespace larder::upstream
