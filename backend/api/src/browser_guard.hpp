// What keeps web pages from using a browser's place in the network: checks of Origin, Sec-Fetch-Site and Host, for the
// OCI API and the management API alike. docs/security.md has the attacks.
#pragma once

#include <optional>
#include <string_view>

#include "larder/core/error.hpp"
#include "larder/http/message.hpp"
#include "policy_cell.hpp"

namespace larder::api {

// Whether Host is a name that this daemon is known by: an address, localhost, the host of http.externalUrl,
// http.address, or one of larder.management.allowedHosts. A name that an attacker made point here (DNS rebinding) is
// none.
bool isKnownHost(const PolicyState& state, std::string_view host);

// Whether nobody can own the name in the public DNS: one without a dot, as proxies and pods call a service, or one that
// ends in .svc, .local (RFC 6762) or .internal.
bool isPrivateName(std::string_view host);

// Whether a browser sent the request: by fields that other clients do not send.
bool isOfBrowser(const http::RequestHead& head);

// Whether the configuration names what browsers call this daemon: http.externalUrl, or larder.management.allowedHosts.
bool namesHosts(const PolicyState& state);

// Whether the origin is one of larder.management.allowedOrigins.
bool isAllowedOrigin(const PolicyState& state, std::string_view origin);

// Each returns why the request is refused (Denied); nothing where it is not.

// Host is not one that the daemon is known by, or is missing.
std::optional<core::Error> faultOfHost(const PolicyState& state, const http::RequestHead& head);

// The request is of another site's page: by Origin, or where there is none by Sec-Fetch-Site. The page's own site is
// what the request was sent to, http.externalUrl, and larder.management.allowedOrigins.
std::optional<core::Error> faultOfSite(const PolicyState& state, const http::RequestHead& head);

// For what clients besides browsers ask under any name: the OCI API and the metrics. Refuses a change that another
// site's page sends, or any page under a Host that is not known; where nobody can log in, or the configuration names
// its hosts, also what a page reads under such a Host. Clients that are no browsers send none of the fields that it
// goes by.
std::optional<core::Error> faultOfPage(const PolicyState& state, const http::RequestHead& head);

}  // namespace larder::api
