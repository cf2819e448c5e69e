#include "live/series.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "larder/telemetry/runtime_metrics.hpp"

namespace larder::api::live {
namespace {

using telemetry::SampledSeries;
using Kind = telemetry::SampledSeries::Kind;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// A family of /metrics, or those of its series that have one label.
struct Source {
  std::string family;
  std::string label, value;

  std::string selector() const { return label.empty() ? family : family + "{" + label + "=\"" + value + "\"}"; }
};

// The growth of two counts since it was last asked, as a share of both.
class Share {
 public:
  double next(double part, double whole) {
    auto parts = part - std::exchange(part_, part);
    auto all = whole - std::exchange(whole_, whole);
    return all > 0 && parts >= 0 ? parts / all : kUnknown;
  }

 private:
  double part_ = 0, whole_ = 0;
};

// What 99 of 100 observations since it was last asked were below, to the bound of a bucket.
class Quantile {
 public:
  explicit Quantile(std::shared_ptr<telemetry::Histogram> histogram) : histogram_(std::move(histogram)) {}

  double next() {
    constexpr double kShare = 0.99;
    auto now = histogram_->snapshot();
    auto before = std::exchange(before_, now.cumulative);
    if (before.empty()) return kUnknown;
    auto total = now.cumulative.back() - before.back();
    if (total == 0) return kUnknown;
    auto bounds = histogram_->bounds();
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      if (static_cast<double>(now.cumulative[i] - before[i]) >= kShare * static_cast<double>(total)) return bounds[i];
    }
    return bounds.back();
  }

 private:
  std::shared_ptr<telemetry::Histogram> histogram_;
  std::vector<std::uint64_t> before_;
};

class Table {
 public:
  explicit Table(telemetry::MetricRegistry& metrics) : metrics_(metrics) {}

  void rate(std::string key, std::string unit, std::string title, Source source) {
    auto query = "sum(rate(" + source.selector() + "[1m]))";
    add(std::move(key), std::move(unit), std::move(title), std::move(query), Kind::Rate, reader(std::move(source)));
  }
  void gauge(std::string key, std::string unit, std::string title, Source source) {
    auto query = "sum(" + source.selector() + ")";
    add(std::move(key), std::move(unit), std::move(title), std::move(query), Kind::Gauge, reader(std::move(source)));
  }
  void add(std::string key, std::string unit, std::string title, std::string query, Kind kind,
           std::function<double()> read) {
    series_.push_back({std::move(key), std::move(unit), std::move(title), std::move(query), kind, std::move(read)});
  }
  std::function<double()> reader(Source source) {
    return [&metrics = metrics_, source = std::move(source)] {
      return metrics.total(source.family, source.label, source.value);
    };
  }
  std::vector<SampledSeries> take() { return std::move(series_); }

 private:
  telemetry::MetricRegistry& metrics_;
  std::vector<SampledSeries> series_;
};

}  // namespace

std::vector<SampledSeries> chartSeries(telemetry::MetricRegistry& metrics) {
  const std::string served = "larder_cache_served_bytes_total";
  const std::string pulls = "larder_cache_requests_total";
  Table table(metrics);
  table.rate("requestsPerSecond", "perSecond", "Requests", {"zot_http_requests_total", "", ""});
  table.rate("servedBytesPerSecond", "bytesPerSecond", "Served", {served, "", ""});
  table.rate("fetchedBytesPerSecond", "bytesPerSecond", "Fetched from upstreams", {served, "source", "upstream"});
  table.rate("savedBytesPerSecond", "bytesPerSecond", "Served from cache", {served, "source", "cache"});
  table.rate("pullsPerSecond", "perSecond", "Pulls", {pulls, "", ""});
  table.add("hitRatio", "ratio", "Cache hit ratio",
            "sum(rate(" + pulls + "{result=\"hit\"}[1m])) / sum(rate(" + pulls + "[1m]))", Kind::Gauge,
            [hits = table.reader({pulls, "result", "hit"}), all = table.reader({pulls, "", ""}),
             share = std::make_shared<Share>()] { return share->next(hits(), all()); });
  auto firstByte =
      metrics.histogram("larder_first_byte_seconds", "Time to first byte of a pull", telemetry::latencyBuckets());
  table.add("firstByteSeconds", "seconds", "Time to first byte (p99)",
            "histogram_quantile(0.99, sum(rate(larder_first_byte_seconds_bucket[1m])) by (le))", Kind::Gauge,
            [quantile = std::make_shared<Quantile>(std::move(firstByte))] { return quantile->next(); });
  table.rate("upstreamRequestsPerSecond", "perSecond", "Requests to upstreams",
             {"larder_upstream_requests_total", "", ""});
  table.rate("coalescedPerSecond", "perSecond", "Coalesced requests", {"larder_cache_coalesced_total", "", ""});
  table.rate("pushesPerSecond", "perSecond", "Push requests", {"zot_http_requests_total", "method", "PUT"});
  table.gauge("connections", "count", "Client connections", {"larder_http_connections", "", ""});
  // Until both were measured, zero would look like a store that fills in a second.
  table.add("storageUsedBytes", "bytes", "Storage used", "sum(larder_storage_used_bytes)", Kind::Gauge,
            [used = table.reader({"larder_storage_used_bytes", "", ""}),
             limit = table.reader({"larder_storage_limit_bytes", "", ""})] { return limit() > 0 ? used() : kUnknown; });
  table.gauge("storageLimitBytes", "bytes", "Storage limit", {"larder_storage_limit_bytes", "", ""});
  table.rate("evictedBytesPerSecond", "bytesPerSecond", "Evicted", {"larder_evicted_bytes_total", "", ""});
  table.gauge("memoryLimitBytes", "bytes", "Memory limit", {"larder_memory_limit_bytes", "", ""});
  table.add("memoryBytes", "bytes", "Memory", "process_resident_memory_bytes", Kind::Gauge,
            telemetry::processResidentBytes);
  table.add("cpus", "count", "CPUs used", "rate(process_cpu_seconds_total[1m])", Kind::Rate,
            telemetry::processCpuSeconds);
  return table.take();
}

}  // namespace larder::api::live
