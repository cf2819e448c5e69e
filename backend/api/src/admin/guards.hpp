// What is checked before a call is looked at. Most of it keeps other web pages from using a browser's rights here:
// Origin, Host and the CSRF token, and the fields that tell a browser what it may do with an answer.
#pragma once

#include <optional>
#include <string_view>

#include "admin/caller.hpp"
#include "larder/http/message.hpp"
#include "policy_cell.hpp"

namespace larder::api::admin {

// Refuses a page of another site (faultOfSite in browser_guard.hpp).
std::optional<http::Response> refuseOrigin(const PolicyState& state, const http::RequestHead& head);

// A place in the network is a right where nobody can log in, and wherever the anonymous may read something. A name that
// an attacker made point here (DNS rebinding) must not give it to their page: Host has to be an address, localhost, or
// a name that the configuration knows. Where people log in that holds for browsers, and once the configuration names
// what they call this daemon.
std::optional<http::Response> refuseHost(const PolicyState& state, const http::RequestHead& head);

// Until then: whether the request may be such a page's, so that the anonymous may read nothing by it.
bool mayBeRebound(const PolicyState& state, const http::RequestHead& head);

// A change that a session's cookie vouches for needs its token too.
std::optional<http::Response> refuseWithoutToken(const http::RequestHead& head, const Caller& caller);

// A query with a text that is longer than openapi.yaml lets it be.
std::optional<http::Response> refuseQuery(const http::RequestHead& head);

// The answer to a preflight of an allowed origin; to any other OPTIONS just what is allowed.
http::Response answerPreflight(const PolicyState& state, const http::RequestHead& head, std::string_view methods);

// Lets pages of larder.management.allowedOrigins read the answer.
void setAllowedOrigin(http::Response& response, const PolicyState& state, const http::RequestHead& head);

// On every answer of the management API: not to be stored, sniffed, framed or run.
void setApiFields(http::Response& response);

}  // namespace larder::api::admin
