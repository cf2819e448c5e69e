// The configuration's editing in the words of the API.
#pragma once

#include "admin/call.hpp"
#include "larder/apitypes/config.hpp"
#include "larder/config/editor.hpp"

namespace larder::api::admin {

std::vector<apitypes::ConfigChange> changesOf(std::vector<config::Difference> differences);
std::vector<InputError> faultsOf(const std::vector<config::Problem>& problems, config::Severity severity);

// Where edits go: to an overlay if the file cannot be written.
apitypes::ConfigSource sourceOf(bool editsOverlay);

// The ETag of a revision: its number in quotes.
void setRevision(http::Response& response, std::uint64_t revision);

// Who edits what, from the caller and If-Match: 428 without it, 412 if it is no revision's. `*` is any revision. An
// edit that would lock the caller out is refused with 409.
tl::expected<config::EditOptions, http::Response> editOptions(const Call& call);

// ConfigSaved, or the refusal: 412 with what changed, 422 with the faults, 403, 404, 409. Notes the changes for the
// audit log.
http::Response editResponse(const Call& call, tl::expected<config::Edited, config::Refusal> edited);

}  // namespace larder::api::admin
