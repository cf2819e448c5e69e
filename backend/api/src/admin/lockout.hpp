// Keeps admins from shutting the door behind themselves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/caller.hpp"
#include "larder/config/config.hpp"
#include "larder/core/error.hpp"

namespace larder::api::admin {

// Why the caller could not take the change back once `next` is in force: they are no admin there any more, or nobody
// who can log in is. Conflict, and what to do instead; nothing if they could. Reads the htpasswd file, so it blocks.
std::optional<core::Error> lockout(const Caller& caller, const config::Snapshot& next);

// The same for the users of the htpasswd file in force, which become those of `after`.
std::optional<core::Error> lockoutOfUsers(const Caller& caller, const config::Snapshot& config,
                                          const std::vector<std::string>& before,
                                          const std::vector<std::string>& after);

}  // namespace larder::api::admin
