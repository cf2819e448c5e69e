// Formats of addresses, hosts, URLs and paths of URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "formats.hpp"

namespace larder::config {

// An IPv4 or IPv6 literal, "localhost", or "" for all addresses.
std::optional<Complaint> checkAddress(std::string_view text);
// host[:port]: a name, an IPv4 literal, or an IPv6 literal in brackets.
std::optional<Complaint> checkHost(std::string_view text);
// An IP address, or an address with the length of a prefix.
std::optional<Complaint> checkNetwork(std::string_view text);
// http[s]://host[:port][/path], without user, password, query and fragment.
std::optional<Complaint> checkUrl(std::string_view text);
// http[s]://host[:port].
std::optional<Complaint> checkOrigin(std::string_view text);
// The path of the metrics: absolute, clean, and none that Larder needs for something else.
std::optional<Complaint> checkMetricsPath(std::string_view text);
// The route of a sub-path: "/team" or "/team/app".
std::optional<Complaint> checkRoute(std::string_view text);

}  // namespace larder::config
