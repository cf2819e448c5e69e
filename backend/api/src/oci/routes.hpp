// The route table of the OCI API (distribution-spec 1.1, "Endpoints") and its dispatch: name and permission are checked
// here, before a handler runs.
#pragma once

#include <string>
#include <string_view>

#include "larder/http/message.hpp"
#include "oci/call.hpp"
#include "oci_path.hpp"

namespace larder::api::oci {

// Answers a request below /v2. `path` is the decoded path, needed for this call alone.
runtime::Task<http::Response> dispatch(Call call, std::string_view path);

// Methods of a route, for Allow: "GET, HEAD".
std::string allowedMethods(OciRoute route);

}  // namespace larder::api::oci
