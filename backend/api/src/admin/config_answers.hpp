// The configuration's editing in the words of the API.
#pragma once

#include "admin/call.hpp"
#include "larder/config/editor.hpp"

namespace larder::api::admin {

Json changesJson(const std::vector<config::Difference>& changes);
Json problemsJson(const std::vector<config::Problem>& problems, config::Severity severity);

// "file", or "overlay" where the file cannot be written.
const char* sourceOf(const config::Written& written);

// The ETag of a revision: its number in quotes.
void setRevision(http::Response& response, std::uint64_t revision);

// Who edits what, from the caller and If-Match: 428 without it, 412 if it is no revision's. `*` is any revision.
tl::expected<config::EditOptions, http::Response> editOptions(const Call& call);

// ConfigSaved, or the refusal: 412 with what changed, 422 with the faults, 403, 404, 409. Notes the changes for the
// audit log.
http::Response editResponse(const Call& call, const tl::expected<config::Edited, config::Refusal>& edited);

}  // namespace larder::api::admin
