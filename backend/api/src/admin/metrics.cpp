// The sampled history behind the charts.
#include "larder/apitypes/activity.hpp"

#include "admin/handlers.hpp"
#include "live/series.hpp"

namespace larder::api::admin {

Answer getMetricsHistory(Call call) {
  auto range = apitypes::parseWord<apitypes::MetricsRange>(call.head().queryParameter("range").value_or("10m"));
  if (!range) {
    co_return problemResponse(
        core::Error{core::ErrorCode::InvalidArgument, "The parameter range is 10m, 6h or 7d.", "?range"});
  }
  co_return jsonResponse(200, live::historyOf(call.services->live->sampler(), *range));
}

}  // namespace larder::api::admin
