// The route table of the OCI API (distribution-spec 1.1, "Endpoints") and its dispatch: name and permission are checked
// here, before a handler runs.
#pragma once

#include <string>

#include "larder/http/message.hpp"
#include "oci/call.hpp"
#include "oci_path.hpp"

namespace larder::api::oci {

// Answers a request below /v2. `path` is the decoded path.
runtime::Task<http::Response> dispatch(Call call, std::string path);

// Methods of a route, for Allow: "GET, HEAD".
std::string allowedMethods(OciRoute route);

}  // namespace larder::api::oci
