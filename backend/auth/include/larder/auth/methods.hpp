// The authentication methods and the access policies. The composition root builds them from each configuration.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "larder/auth/auth.hpp"
#include "larder/auth/login_guard.hpp"
#include "larder/config/config.hpp"
#include "larder/runtime/clock.hpp"
#include "larder/runtime/runtime.hpp"

namespace larder::auth {

// Told of each log-in that a method refused ("htpasswd"), for a counter. May be called on any io thread.
using OnRefusal = std::function<void(std::string_view method)>;

// Anonymous, htpasswd and client certificates, as the configuration says. Reads the htpasswd file now (it blocks): an
// Error if it cannot be read or has a line that is no entry (with the line's number). Nothing is taken over from an
// authenticator that was made before, so users who were removed and passwords that were changed are out at once.
// `clock` must outlive the pool; `guard` is what authenticators have in common.
Result<std::shared_ptr<Authenticator>> makeAuthenticator(const config::Config& config, const runtime::Clock& clock,
                                                         runtime::Executor blocking, OnRefusal onRefusal,
                                                         std::shared_ptr<LoginGuard> guard);
// Zot's access control: the longest glob that matches alone decides (of equally long ones the first in the file), then
// adminPolicy if that says no. Immutable.
std::shared_ptr<Authorizer> makeAuthorizer(config::Snapshot config);

// Whom a request of each user would come from, with the groups of the configuration; "" for the anonymous.
std::vector<std::shared_ptr<const Identity>> identitiesOf(const config::Http& http, std::span<const std::string> names);

}  // namespace larder::auth
