// Counters, gauges and histograms, and their text exposition (Prometheus text format 0.0.4).
//
// A metric is looked up or made once and then updated without a lock. References stay valid until the series is
// dropped; series with a `repo` label are dropped when the repository goes, so holders of those keep the shared_ptr.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::telemetry {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double delta) { value_.fetch_add(delta, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Fixed upper bounds, in seconds for latencies; meant for some sixteen of them. observe() takes no lock and allocates
// nothing; a NaN is ignored.
class Histogram {
 public:
  // std::logic_error unless the bounds are finite and ascending. +Inf is implied.
  explicit Histogram(std::span<const double> upperBounds);
  void observe(double value);
  struct Snapshot {
    std::vector<std::uint64_t> cumulative;  // per bound, then +Inf
    double sum = 0;
    std::uint64_t count = 0;
  };
  Snapshot snapshot() const;
  std::span<const double> bounds() const { return bounds_; }

 private:
  std::vector<double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;
  std::atomic<double> sum_{0};
};

// Owns every metric of the process. Thread-safe. Names and help texts are given at the first look-up; a later one
// with another type or other buckets is a bug, as are a name or a label that the format does not allow
// (std::logic_error). A look-up takes a lock and compares strings: on hot paths keep what it returns.
class MetricRegistry {
 public:
  MetricRegistry();
  ~MetricRegistry();
  MetricRegistry(const MetricRegistry&) = delete;
  MetricRegistry& operator=(const MetricRegistry&) = delete;

  std::shared_ptr<Counter> counter(std::string_view name, std::string_view help, Labels labels = {});
  std::shared_ptr<Gauge> gauge(std::string_view name, std::string_view help, Labels labels = {});
  std::shared_ptr<Histogram> histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                                       Labels labels = {});
  // A Prometheus summary with count and sum, no quantiles. Observe through the returned histogram without bounds.
  std::shared_ptr<Histogram> summary(std::string_view name, std::string_view help, Labels labels = {});

  // `collect` runs before each exposition, to set gauges that are read rather than counted. One runs at a time, on the
  // thread that exposes; it may look metrics up and must not expose or register a collector. What it captures
  // must live as long as anything exposes.
  void onCollect(std::function<void()> collect);
  // Drops every series that has the label, in every metric. What still holds one updates it unseen.
  void dropLabel(std::string_view label, std::string_view value);

  // The sum of the counters and gauges, or of the observations of the histograms, of a family: of all its series, or of
  // those with this label. 0 if there is none. Takes a lock and visits each series: not for families with a `repo`.
  double total(std::string_view name, std::string_view label = {}, std::string_view value = {}) const;
  // The same, of those that have all these labels.
  double total(std::string_view name, const Labels& labels) const;

  // The exposition, families and series sorted, standard process_* included (those that /proc tells). Blocks for the
  // collectors and for reading /proc: call it through offload().
  std::string expose();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Latency buckets in seconds, 0.5 ms to 60 s.
std::span<const double> latencyBuckets();

}  // namespace larder::telemetry
