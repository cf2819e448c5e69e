// The lexical rules of Prometheus' text exposition format 0.0.4.
#pragma once

#include <string>
#include <string_view>

#include "larder/telemetry/metrics.hpp"

namespace larder::telemetry {

// [a-zA-Z_:][a-zA-Z0-9_:]*
bool isMetricName(std::string_view name);
// [a-zA-Z_][a-zA-Z0-9_]*, without the prefix `__`, which the format keeps for itself.
bool isLabelName(std::string_view name);

// Help texts escape `\` and line feeds.
void appendHelp(std::string& out, std::string_view help);
// `name="value",…` in the order given. Values escape `\`, `"` and line feeds; bytes that are no UTF-8 become U+FFFD,
// since a scraper refuses the whole exposition for one of them.
void appendLabels(std::string& out, const Labels& labels);
// The shortest text that reads back as the same double; NaN, +Inf, -Inf.
void appendNumber(std::string& out, double value);

}  // namespace larder::telemetry
