// The sampled history as charts, each with the query that gives the same from Prometheus.
#pragma once

#include "console/screens/screen.hpp"

namespace console::screens {

Screen* makeMetrics(const Context& context);

}  // namespace console::screens
