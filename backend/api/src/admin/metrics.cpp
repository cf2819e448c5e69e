// The sampled history behind the charts.
#include "larder/apitypes/activity.hpp"

#include "admin/handlers.hpp"
#include "live/series.hpp"

namespace larder::api::admin {

Answer getMetricsHistory(Call call) {
  auto range = queryWord<apitypes::MetricsRange>(call, "range");
  if (!range) co_return failed(call, range.error());
  auto& sampler = call.services->live->sampler();
  co_return jsonResponse(200, live::historyOf(sampler, range->value_or(apitypes::MetricsRange::TenMinutes)));
}

}  // namespace larder::api::admin
