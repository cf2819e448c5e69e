#include "family.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

#include "text_format.hpp"

namespace larder::telemetry {
namespace {

void appendInteger(std::string& out, std::uint64_t value) {
  char buffer[24];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, end);
}

std::string labelKey(std::string_view label, std::string_view value) {
  std::string key(label);
  key += '=';
  return key.append(value);
}

// `name_suffix{labels,extra} `
void appendSample(std::string& out, std::string_view name, std::string_view suffix, std::string_view labels,
                  std::string_view extra = {}) {
  out += name;
  out += suffix;
  if (!labels.empty() || !extra.empty()) {
    out += '{';
    out += labels;
    if (!labels.empty() && !extra.empty()) out += ',';
    out += extra;
    out += '}';
  }
  out += ' ';
}

void appendBuckets(std::string& out, std::string_view name, std::string_view labels, std::span<const double> bounds,
                   const Histogram::Snapshot& snapshot) {
  for (std::size_t i = 0; i < snapshot.cumulative.size(); ++i) {
    std::string le = "le=\"";
    appendNumber(le, i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity());
    le += '"';
    appendSample(out, name, "_bucket", labels, le);
    appendInteger(out, snapshot.cumulative[i]);
    out += '\n';
  }
}

}  // namespace

const char* toString(MetricType type) {
  switch (type) {
    case MetricType::Counter:
      return "counter";
    case MetricType::Gauge:
      return "gauge";
    case MetricType::Histogram:
      return "histogram";
    case MetricType::Summary:
      return "summary";
  }
  return "untyped";
}

Family::Family(std::string name, std::string help, MetricType type, std::vector<double> bounds)
    : name_(std::move(name)), help_(std::move(help)), type_(type), bounds_(std::move(bounds)) {
  if (!isMetricName(name_)) throw std::logic_error("not a metric name: " + name_);
}

void Family::requireSame(MetricType type, std::span<const double> bounds) const {
  if (type != type_) {
    throw std::logic_error("metric " + name_ + " is a " + toString(type_) + ", not a " + toString(type));
  }
  if (!std::equal(bounds.begin(), bounds.end(), bounds_.begin(), bounds_.end())) {
    throw std::logic_error("metric " + name_ + " has other buckets");
  }
}

std::string Family::checkedText(Labels& labels) const {
  std::sort(labels.begin(), labels.end());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string& label = labels[i].first;
    bool reserved =
        (type_ == MetricType::Histogram && label == "le") || (type_ == MetricType::Summary && label == "quantile");
    if (!isLabelName(label) || reserved) throw std::logic_error("metric " + name_ + " may not have label " + label);
    if (i > 0 && label == labels[i - 1].first) throw std::logic_error("metric " + name_ + " has label twice: " + label);
  }
  std::string text;
  appendLabels(text, labels);
  return text;
}

const Series& Family::add(std::shared_ptr<const Series> series) {
  for (const auto& [label, value] : series->labels) byLabel_[labelKey(label, value)].insert(series.get());
  return *series_.emplace(series->labelText, series).first->second;
}

void Family::drop(std::string_view label, std::string_view value) {
  auto found = byLabel_.find(labelKey(label, value));
  if (found == byLabel_.end()) return;
  auto dropped = std::move(found->second);
  byLabel_.erase(found);
  for (const Series* series : dropped) {
    for (const auto& [otherLabel, otherValue] : series->labels) {
      auto other = byLabel_.find(labelKey(otherLabel, otherValue));
      if (other == byLabel_.end()) continue;
      other->second.erase(series);
      if (other->second.empty()) byLabel_.erase(other);
    }
    series_.erase(series_.find(series->labelText));
  }
}

SeriesList Family::list() const {
  SeriesList list;
  list.reserve(series_.size());
  for (const auto& [text, series] : series_) list.push_back(series);
  return list;
}

void Family::expose(std::string& out, const SeriesList& series) const {
  if (series.empty()) return;
  out += "# HELP " + name_ + ' ';
  appendHelp(out, help_);
  out += "\n# TYPE " + name_ + ' ' + toString(type_) + '\n';
  for (const auto& one : series) {
    if (const auto* counter = std::get_if<std::shared_ptr<Counter>>(&one->metric)) {
      appendSample(out, name_, "", one->labelText);
      appendInteger(out, (*counter)->value());
    } else if (const auto* gauge = std::get_if<std::shared_ptr<Gauge>>(&one->metric)) {
      appendSample(out, name_, "", one->labelText);
      appendNumber(out, (*gauge)->value());
    } else {
      const Histogram& histogram = *std::get<std::shared_ptr<Histogram>>(one->metric);
      auto snapshot = histogram.snapshot();
      if (type_ == MetricType::Histogram) appendBuckets(out, name_, one->labelText, histogram.bounds(), snapshot);
      appendSample(out, name_, "_sum", one->labelText);
      appendNumber(out, snapshot.sum);
      out += '\n';
      appendSample(out, name_, "_count", one->labelText);
      appendInteger(out, snapshot.count);
    }
    out += '\n';
  }
}

}  // namespace larder::telemetry
