// The route table of the OCI API (distribution-spec 1.1, "Endpoints") and its dispatch: who asks, for what name, and by
// what permission is checked here, before a handler runs; changes are audited after it.
#pragma once

#include <string>
#include <string_view>

#include "larder/http/message.hpp"
#include "oci/call.hpp"
#include "oci_path.hpp"

namespace larder::api::oci {

// Answers a request below /v2. `path` is the decoded path; what the pointers lead to outlives the task.
runtime::Task<http::Response> dispatch(Services* services, std::shared_ptr<const PolicyState> state,
                                       http::Request* request, std::string path);

// Methods of a route, for Allow: "GET, HEAD".
std::string allowedMethods(OciRoute route);

}  // namespace larder::api::oci
