// Compression of whole messages (RFC 7692) without a memory between them: nothing is kept for an idle peer, and one
// compressed message serves all.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace larder::http {

// The parameters to answer an offer of Sec-WebSocket-Extensions with; nothing if none of the offers can be taken.
std::optional<std::string> acceptDeflate(std::string_view offers);

std::string deflateMessage(std::string_view text);
// `text`, at most 64 KiB - 1, as a block that is stored as it is (RFC 1951, section 3.2.4). A deflated message may
// follow it: that one looks back at itself alone.
std::string storedBlock(std::string_view text);
// Nothing for what is broken, or larger than `limit`.
std::optional<std::string> inflateMessage(std::string_view compressed, std::size_t limit);

}  // namespace larder::http
