// The configuration's editing in the words of the API.
#pragma once

#include "admin/call.hpp"
#include "larder/apitypes/config.hpp"
#include "larder/config/editor.hpp"

namespace larder::api::admin {

std::vector<apitypes::ConfigChange> changesOf(std::vector<config::Difference> differences);
std::vector<apitypes::ConfigConflict> conflictsOf(std::vector<config::Conflict> conflicts);
std::vector<InputError> faultsOf(const std::vector<config::Problem>& problems, config::Severity severity);

// Of a dry run that is valid, or Invalid.
apitypes::ConfigVerdict verdictOf(tl::expected<config::Edited, config::Refusal> edited);

// Where edits go: to an overlay if the file cannot be written.
apitypes::ConfigSource sourceOf(bool editsOverlay);

// The ETag of a revision: its number in quotes.
void setRevision(http::Response& response, std::uint64_t revision);

// Who edits what, from the caller and If-Match: 428 without it, 412 if it is no revision's. `*` is any revision. An
// edit that would lock the caller out is refused with 409.
tl::expected<config::EditOptions, http::Response> editOptions(const Call& call);

// The same for a dry run: the caller alone counts, as for the veto.
config::EditOptions dryRunOptions(const Call& call);
// For an edit that cannot lose another one's, and needs no If-Match therefore.
config::EditOptions unconditionalOptions(const Call& call);

// The refusal: 412 and 409 with what the others changed (EditConflict), 422 with the faults, 403, 404.
http::Response refusalResponse(const Call& call, config::Refusal refusal);
// Notes the changes for the audit log, and says what was saved.
apitypes::ConfigSaved savedOf(const Call& call, config::Edited& edited);
// ConfigSaved, or the refusal.
http::Response editResponse(const Call& call, tl::expected<config::Edited, config::Refusal> edited);

}  // namespace larder::api::admin
