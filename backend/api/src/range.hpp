// Ranges of bytes: `Range` of a download (RFC 9110, section 14) and `Content-Range` of an upload's chunk (OCI
// distribution-spec 1.1, "Pushing a blob in chunks").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "larder/core/result.hpp"

namespace larder::api {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // inclusive
  std::uint64_t length() const { return last - first + 1; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct WholeContent {
  friend bool operator==(WholeContent, WholeContent) = default;
};
struct Unsatisfiable {
  friend bool operator==(Unsatisfiable, Unsatisfiable) = default;
};

using Range = std::variant<WholeContent, ByteRange, Unsatisfiable>;

// What a `Range` field asks of content of `size` bytes. Another unit than bytes, a broken field and several ranges are
// answered whole, as RFC 9110, section 14.2 allows; a range that lies beyond the content, or ends before it begins, is
// unsatisfiable.
Range parseRange(std::string_view field, std::uint64_t size);
// What the fields `Range` and `If-Range` of a download ask for together, "" where one was not sent: the range counts
// for content whose entity tag is the one named (RFC 9110, section 13.1.5).
Range rangeAsked(std::string_view range, std::string_view ifRange, std::string_view tag, std::uint64_t size);

// `Content-Range` of an answer with a part, and of one where there is none.
std::string contentRange(const ByteRange& part, std::uint64_t size);
std::string unsatisfiedRange(std::uint64_t size);

// `<first>-<last>`, also as `bytes <first>-<last>/<any>`. RangeInvalid for anything else.
core::Result<ByteRange> parseChunkRange(std::string_view field);

}  // namespace larder::api
