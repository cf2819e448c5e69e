// Status lines and the fields that the connection itself adds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "larder/http/message.hpp"

namespace larder::http {

std::string_view reasonPhrase(int status);

// A request id that is unique for the process's life and hard to take for another process's: 16 hex characters.
// Written into `out` without a terminator.
inline constexpr std::size_t kRequestIdLength = 16;
void nextRequestId(char* out);

// Appends "HTTP/1.1 200 OK", Date, X-Request-Id and, if the connection ends, Connection: close.
void appendStatus(std::string& out, int status, std::string_view requestId, bool keepAlive, bool http11);
// The same into a buffer of at least kStatusBytes; returns the length. For the hot path.
inline constexpr std::size_t kStatusBytes = 256;
std::size_t writeStatus(char* out, int status, std::string_view requestId, bool keepAlive, bool http11);

// Appends the handler's fields. What would end a line is refused by dropping the field: values may stem from an
// upstream.
void appendFields(std::string& out, const Response& response);

}  // namespace larder::http
