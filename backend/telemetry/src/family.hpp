// One metric name with its series. Not thread-safe: MetricRegistry guards it.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "larder/telemetry/metrics.hpp"

namespace larder::telemetry {

enum class MetricType { Counter, Gauge, Histogram, Summary };
const char* toString(MetricType type);

// The process's CPU time is a counter that is read as a double, so a counter family may hold gauges.
using Metric = std::variant<std::shared_ptr<Counter>, std::shared_ptr<Gauge>, std::shared_ptr<Histogram>>;

// Immutable but for the metric's own atomics, so that an exposition formats without the registry's lock.
struct Series {
  Labels labels;          // sorted by name
  std::string labelText;  // as exposed, without the braces
  Metric metric;
};
using SeriesList = std::vector<std::shared_ptr<const Series>>;

class Family {
 public:
  // std::logic_error for a name that the format does not allow.
  Family(std::string name, std::string help, MetricType type, std::vector<double> bounds);

  // std::logic_error unless type and bounds are those of the family.
  void requireSame(MetricType type, std::span<const double> bounds) const;

  // The series with these labels, in any order; `make` is called if there is none. std::logic_error for label names
  // that are not allowed or come twice.
  template <class Make>
  const Series& series(Labels labels, Make make) {
    std::string text = checkedText(labels);
    auto found = series_.find(text);
    if (found != series_.end()) return *found->second;
    return add(std::make_shared<const Series>(Series{std::move(labels), std::move(text), make()}));
  }
  // Takes no longer for a family with thousands of other series.
  void drop(std::string_view label, std::string_view value);

  SeriesList list() const;
  MetricType type() const { return type_; }
  const std::string& name() const { return name_; }

  // The family's block of the exposition for `series` (this family's, or what it was a moment ago). Touches constants
  // alone, so it needs no lock. Nothing for an empty list.
  void expose(std::string& out, const SeriesList& series) const;

 private:
  std::string checkedText(Labels& labels) const;
  const Series& add(std::shared_ptr<const Series> series);

  const std::string name_;
  const std::string help_;
  const MetricType type_;
  const std::vector<double> bounds_;
  std::map<std::string, std::shared_ptr<const Series>> series_;                 // by label text, so sorted
  std::unordered_map<std::string, std::unordered_set<const Series*>> byLabel_;  // "label=value"
};

}  // namespace larder::telemetry
