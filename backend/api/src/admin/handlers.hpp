// The handlers that the route table names: one file for each area. A handler gets a call whose sender may make it.
#pragma once

#include "admin/call.hpp"

namespace larder::api::admin {

using Answer = runtime::Task<http::Response>;

// session.cpp
Answer getSession(Call call);
Answer createSession(Call call);
Answer deleteSession(Call call);

// status.cpp
Answer getStatus(Call call);
Answer getOpenApi(Call call);

}  // namespace larder::api::admin
