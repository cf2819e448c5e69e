// The sampled history behind the charts.
#include "admin/handlers.hpp"
#include "live/series.hpp"

namespace larder::api::admin {

Answer getMetricsHistory(Call call) {
  auto range = live::parseRange(call.head().queryParameter("range").value_or("10m"));
  if (!range) {
    co_return problemResponse(
        core::Error{core::ErrorCode::InvalidArgument, "The parameter range is 10m, 6h or 7d.", "?range"});
  }
  http::Response response(200);
  response.set("Content-Type", "application/json");
  response.body = live::historyJson(call.services->live->sampler(), *range);
  co_return response;
}

}  // namespace larder::api::admin
