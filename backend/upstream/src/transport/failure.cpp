#include "transport/failure.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

namespace larder::upstream {

using core::Error;
using core::ErrorCode;

namespace {

// It pauses the whole upstream, on the word of one answer: after this, one request finds out.
constexpr std::chrono::seconds kLongestRetryAfter = std::chrono::minutes(15);
// A number above this is a point in time, not a span: a billion seconds are 31 years.
constexpr std::int64_t kUnixTimes = 1'000'000'000;

std::optional<std::int64_t> parseSeconds(std::string_view text) {
  std::int64_t seconds = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure == std::errc::result_out_of_range) return kLongestRetryAfter.count();
  if (failure != std::errc{} || seconds < 0) return std::nullopt;
  // "1.5" and "10;w=60" are taken for their whole seconds.
  if (end != text.data() + text.size() && *end != '.' && *end != ';') return std::nullopt;
  return seconds;
}

std::optional<std::chrono::milliseconds> waitUntil(std::string_view text, std::int64_t nowSeconds) {
  auto seconds = parseSeconds(text);
  if (seconds && *seconds >= kUnixTimes) *seconds -= nowSeconds;
  if (!seconds) {
    auto date = curl_getdate(std::string(text).c_str(), nullptr);
    if (date < 0) return std::nullopt;
    seconds = static_cast<std::int64_t>(date) - nowSeconds;
  }
  return std::chrono::seconds(std::clamp<std::int64_t>(*seconds, 0, kLongestRetryAfter.count()));
}

std::string describe(int code, const std::string& detail, const std::string& host) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "The name " + host + " could not be resolved. Check the name and DNS.";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "The host name of the proxy for " + host + " could not be resolved. Check HTTPS_PROXY.";
    case CURLE_COULDNT_CONNECT:
      return "Could not connect to " + host + ". Check that it is reachable from here.";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "The certificate of " + host + " is not trusted (" + detail + "). Add its CA as ca.crt in certDir.";
    case CURLE_SSL_CONNECT_ERROR:
      return "TLS with " + host + " failed (" + detail + ").";
    case CURLE_SSL_CERTPROBLEM:
      return "The client certificate for " + host + " could not be used (" + detail + "). Check certDir.";
    case CURLE_SSL_CACERT_BADFILE:
      return "The CA certificates for " + host + " could not be read (" + detail + "). Check ca.crt in certDir.";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return host + " closed the connection before the response was complete.";
    default:
      return "The request to " + host + " failed: " + curl_easy_strerror(static_cast<CURLcode>(code)) + ".";
  }
}

}  // namespace

Error toError(const Outcome& outcome, const std::string& host) {
  switch (outcome.kind) {
    case Outcome::Kind::Cancelled:
      return Error{ErrorCode::Cancelled, "The request to " + host + " was cancelled.", host};
    case Outcome::Kind::TooLarge:
      return Error{ErrorCode::UpstreamInvalid, host + " sent a response that is too large.", host};
    case Outcome::Kind::BadHead:
      return Error{ErrorCode::UpstreamInvalid, host + " sent an invalid or oversized header.", host};
    case Outcome::Kind::Forbidden:
      return Error{ErrorCode::Denied, host + " has a local address (this machine, link-local or cloud metadata).",
                   host};
    case Outcome::Kind::Complete:
    case Outcome::Kind::Failed:
      break;
  }
  switch (outcome.curlCode) {
    case CURLE_OPERATION_TIMEDOUT:
      return Error{ErrorCode::UpstreamTimeout,
                   "Could not connect to " + host + " in time (larder.upstream.connectTimeout).", host};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_BAD_CONTENT_ENCODING:
      return Error{ErrorCode::UpstreamInvalid, host + " sent an invalid HTTP response.", host};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return Error{ErrorCode::UpstreamUntrusted, describe(outcome.curlCode, outcome.detail, host), host};
    default:
      return Error{ErrorCode::UpstreamUnavailable, describe(outcome.curlCode, outcome.detail, host), host};
  }
}

Error statusError(const ResponseHead& head, const std::string& what, const std::string& host) {
  Error error;
  error.where = host;
  error.upstreamStatus = head.status;
  if (head.status == 404 || head.status == 410) {
    error.code = ErrorCode::UpstreamNotFound;
    error.message = host + " does not have " + what + ".";
  } else if (head.status == 401 || head.status == 403) {
    error.code = ErrorCode::UpstreamDenied;
    error.message = host + " denied access to " + what + ".";
  } else if (head.status == 429) {
    error.code = ErrorCode::UpstreamThrottled;
    error.message = host + " is rate limiting this daemon (429). Credentials usually raise the limit.";
    error.retryAfter = retryAfter(head, std::chrono::system_clock::now());
  } else if (head.status >= 500) {
    error.code = ErrorCode::UpstreamUnavailable;
    error.message = host + " returned HTTP " + std::to_string(head.status) + " for " + what + ".";
    error.retryAfter = retryAfter(head, std::chrono::system_clock::now());
  } else {
    error.code = ErrorCode::UpstreamInvalid;
    error.message = host + " returned an unexpected HTTP " + std::to_string(head.status) + " for " + what + ".";
  }
  return error;
}

std::optional<std::chrono::milliseconds> retryAfter(const ResponseHead& head,
                                                    std::chrono::system_clock::time_point now) {
  auto nowSeconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  for (auto name : {"Retry-After", "RateLimit-Reset", "X-RateLimit-Reset", "X-Retry-After"}) {
    auto value = head.find(name);
    if (!value) continue;
    if (auto wait = waitUntil(*value, nowSeconds)) return wait;
  }
  return std::nullopt;
}

}  // namespace larder::upstream
