#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <type_traits>

#include "family.hpp"
#include "larder/telemetry/metrics.hpp"
#include "process_metrics.hpp"

namespace larder::telemetry {

struct MetricRegistry::Impl {
  mutable std::mutex mutex;  // guards families and the series of each
  // By name, so that the exposition is sorted. Families stay for good: an exposition keeps references to them.
  std::map<std::string, Family, std::less<>> families;

  std::mutex collectMutex;  // never taken while `mutex` is held: a collector makes and sets metrics
  std::vector<std::function<void()>> collectors;

  template <class M>
  std::shared_ptr<M> find(std::string_view name, std::string_view help, MetricType type, std::span<const double> bounds,
                          Labels labels) {
    std::lock_guard lock(mutex);
    auto it = families.find(name);
    if (it == families.end()) {
      std::vector<double> own(bounds.begin(), bounds.end());
      it = families.try_emplace(std::string(name), std::string(name), std::string(help), type, std::move(own)).first;
    }
    it->second.requireSame(type, bounds);
    const Series& series = it->second.series(std::move(labels), [&]() -> Metric {
      if constexpr (std::is_same_v<M, Histogram>) {
        return std::make_shared<Histogram>(bounds);
      } else {
        return std::make_shared<M>();
      }
    });
    const auto* metric = std::get_if<std::shared_ptr<M>>(&series.metric);
    if (metric == nullptr) throw std::logic_error("metric " + std::string(name) + " belongs to the registry itself");
    return *metric;
  }

  void collect() {
    std::lock_guard lock(collectMutex);
    for (const auto& collector : collectors) collector();
  }

  void setProcess(std::string_view name, std::string_view help, MetricType type, std::optional<double> value) {
    if (value) find<Gauge>(name, help, type, {}, {})->set(*value);
  }

  void collectProcess() {
    ProcessSample sample = sampleProcess();
    setProcess("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", MetricType::Counter,
               sample.cpuSeconds);
    setProcess("process_resident_memory_bytes", "Resident memory size in bytes.", MetricType::Gauge,
               sample.residentBytes);
    setProcess("process_virtual_memory_bytes", "Virtual memory size in bytes.", MetricType::Gauge, sample.virtualBytes);
    setProcess("process_open_fds", "Number of open file descriptors.", MetricType::Gauge, sample.openFds);
    setProcess("process_max_fds", "Maximum number of open file descriptors.", MetricType::Gauge, sample.maxFds);
    setProcess("process_start_time_seconds", "Start time of the process since the Unix epoch in seconds.",
               MetricType::Gauge, sample.startTimeSeconds);
  }
};

MetricRegistry::MetricRegistry() : impl_(std::make_unique<Impl>()) {}
MetricRegistry::~MetricRegistry() = default;

std::shared_ptr<Counter> MetricRegistry::counter(std::string_view name, std::string_view help, Labels labels) {
  return impl_->find<Counter>(name, help, MetricType::Counter, {}, std::move(labels));
}

std::shared_ptr<Gauge> MetricRegistry::gauge(std::string_view name, std::string_view help, Labels labels) {
  return impl_->find<Gauge>(name, help, MetricType::Gauge, {}, std::move(labels));
}

std::shared_ptr<Histogram> MetricRegistry::histogram(std::string_view name, std::string_view help,
                                                     std::span<const double> bounds, Labels labels) {
  return impl_->find<Histogram>(name, help, MetricType::Histogram, bounds, std::move(labels));
}

std::shared_ptr<Histogram> MetricRegistry::summary(std::string_view name, std::string_view help, Labels labels) {
  return impl_->find<Histogram>(name, help, MetricType::Summary, {}, std::move(labels));
}

void MetricRegistry::onCollect(std::function<void()> collect) {
  std::lock_guard lock(impl_->collectMutex);
  impl_->collectors.push_back(std::move(collect));
}

void MetricRegistry::dropLabel(std::string_view label, std::string_view value) {
  std::lock_guard lock(impl_->mutex);
  for (auto& [name, family] : impl_->families) family.drop(label, value);
}

double MetricRegistry::total(std::string_view name, std::string_view label, std::string_view value) const {
  return total(name, label.empty() ? Labels{} : Labels{{std::string(label), std::string(value)}});
}

double MetricRegistry::total(std::string_view name, const Labels& labels) const {
  SeriesList all;
  {
    std::lock_guard lock(impl_->mutex);
    auto family = impl_->families.find(name);
    if (family != impl_->families.end()) all = family->second.list();
  }
  struct Value {
    double operator()(const std::shared_ptr<Counter>& metric) const { return static_cast<double>(metric->value()); }
    double operator()(const std::shared_ptr<Gauge>& metric) const { return metric->value(); }
    double operator()(const std::shared_ptr<Histogram>& metric) const {
      return static_cast<double>(metric->snapshot().count);
    }
  };
  double sum = 0;
  for (const auto& series : all) {
    bool taken = std::ranges::all_of(
        labels, [&](const auto& label) { return std::ranges::find(series->labels, label) != series->labels.end(); });
    if (taken) sum += std::visit(Value{}, series->metric);
  }
  return sum;
}

std::string MetricRegistry::expose() {
  impl_->collect();
  impl_->collectProcess();
  // Only the lists are copied under the lock: formatting thousands of series takes milliseconds.
  std::vector<std::pair<const Family*, SeriesList>> families;
  std::size_t seriesCount = 0;
  {
    std::lock_guard lock(impl_->mutex);
    families.reserve(impl_->families.size());
    for (const auto& [name, family] : impl_->families) {
      families.emplace_back(&family, family.list());
      seriesCount += families.back().second.size();
    }
  }
  std::string out;
  constexpr std::size_t kUsualSeriesBytes = 120;
  out.reserve(seriesCount * kUsualSeriesBytes);
  for (const auto& [family, series] : families) family->expose(out, series);
  return out;
}

}  // namespace larder::telemetry
