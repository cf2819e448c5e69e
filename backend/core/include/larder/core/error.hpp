// What went wrong, in a form that every layer understands.
//
// A layer below `api` never names an HTTP status: it picks a code, and backend/api maps codes to HTTP and OCI once.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace larder::core {

enum class ErrorCode {
  // The codes of the OCI distribution-spec 1.1, "Error Codes".
  BlobUnknown,
  BlobUploadInvalid,
  BlobUploadUnknown,
  DigestInvalid,
  ManifestBlobUnknown,
  ManifestInvalid,
  ManifestUnknown,
  NameInvalid,
  NameUnknown,
  SizeInvalid,
  Unauthorized,
  Denied,
  Unsupported,
  TooManyRequests,

  // What the spec has no code for.
  RangeInvalid,     // a range outside the content, or a chunk out of order
  TagInvalid,       // a tag outside the grammar
  InvalidArgument,  // any other bad input
  NotFound,         // anything that is neither blob, manifest nor repository
  Conflict,         // the state has changed meanwhile, or forbids it
  TooLarge,         // beyond a limit
  NoSpace,          // no room on the disk or in the cache
  StoreUnusable,    // the store is gone, or cannot be written to
  Cancelled,        // shut down, or the other side left
  Timeout,          // our own deadline has passed
  Io,               // a system call failed
  Corrupt,          // content does not have its digest

  // An upstream's failures.
  UpstreamNotFound,      // 404: the upstream does not have it
  UpstreamDenied,        // 401 or 403: we may not read this, or it says so of what is not there
  UpstreamLoginRefused,  // the credentials that are configured for it are not accepted: nothing is known of the content
  UpstreamThrottled,     // 429; retryAfter says until when
  UpstreamUnavailable,   // breaker open, DNS or connect failure, 5xx
  UpstreamUntrusted,     // TLS failed: its certificate, ours, or the handshake
  UpstreamTimeout,       // no answer in time
  UpstreamInvalid,       // an answer that breaks the protocol, or a wrong digest

  Internal,  // a bug
};

// A failure. Copyable, since several waiters may get the same one.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  // One sentence without secrets that tells the reader what to do or what was wrong with the input.
  std::string message;
  // The place that the message is about: a digest, a JSON path, a host. Empty if there is none.
  std::string where;
  // UpstreamThrottled, TooManyRequests, UpstreamUnavailable: how long to wait before the next try.
  std::optional<std::chrono::milliseconds> retryAfter;
  // The upstream's HTTP status, 0 if there was none.
  int upstreamStatus = 0;

  Error() = default;
  Error(ErrorCode c, std::string text, std::string place = {})
      : code(c), message(std::move(text)), where(std::move(place)) {}
};

// Whether the failure is the upstream's state (so that a stored copy may be served instead), not a statement about
// the content.
inline bool isUpstreamOutage(ErrorCode code) {
  return code == ErrorCode::UpstreamThrottled || code == ErrorCode::UpstreamUnavailable ||
         code == ErrorCode::UpstreamUntrusted || code == ErrorCode::UpstreamTimeout ||
         code == ErrorCode::UpstreamInvalid;
}

// The code's name in lower_snake_case, for logs and metrics labels.
const char* toString(ErrorCode code);

}  // namespace larder::core
