// What is served beside the OCI API: health, metrics, and a page that says what this is.
#pragma once

#include <optional>

#include "larder/http/message.hpp"
#include "services.hpp"

namespace larder::api {

// Probes are answered without a log-in and without a rate limit.
std::optional<http::Response> answerProbe(const Services& services, const http::RequestHead& head);

// /metrics and "/"; 404 for all else. `services` and `request` outlive the task.
runtime::Task<http::Response> answerSite(Services* services, std::shared_ptr<const PolicyState> state,
                                         http::Request* request);

}  // namespace larder::api
