// Fields that many answers share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "larder/core/digest.hpp"
#include "larder/http/message.hpp"

namespace larder::api {

// A media type that may be sent as it is. Content is pushed or fetched by others: what a browser would render
// (text/html, image/svg+xml) is sent as application/octet-stream, and so is what is no media type at all.
std::string_view safeMediaType(std::string_view mediaType);

// Digits alone; nothing if there are others, none, or too many.
std::optional<std::uint64_t> parseNumber(std::string_view text);

// "sha256:…" in double quotes: the strong validator of content by digest (RFC 9110, section 8.8.3).
std::string entityTag(std::string_view digest);
std::string entityTag(const core::Digest& digest);
// Whether an If-None-Match field names the tag, by weak comparison, or is `*`.
bool matchesEntityTag(std::string_view field, std::string_view tag);

// Docker-Distribution-Api-Version and X-Content-Type-Options.
void setCommonFields(http::Response& response);

// Text of clients and upstreams, so that it cannot end a line of the log or a quoted value in it.
std::string loggable(std::string text);

// Whether `ns` looks like a registry host, with a port maybe. What does is sent back in OCI-Namespace.
bool isNamespaceHost(std::string_view ns);

}  // namespace larder::api
