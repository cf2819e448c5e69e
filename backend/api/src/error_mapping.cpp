#include "error_mapping.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

namespace larder::api {
namespace {

using core::ErrorCode;

std::string_view unknown(Subject subject) {
  switch (subject) {
    case Subject::Manifest:
      return "MANIFEST_UNKNOWN";
    case Subject::Blob:
      return "BLOB_UNKNOWN";
    case Subject::Repository:
      break;
  }
  return "NAME_UNKNOWN";
}

// The number of a limit that the configuration sets: of "storage.maxRepos=2".
std::string limitIn(const core::Error& error) {
  auto equals = error.where.find('=');
  if (error.code != ErrorCode::TooManyRequests || equals == std::string::npos) return {};
  return error.where.substr(equals + 1);
}

// How long a client is asked to wait where nobody said how long: containerd retries a 429 at once.
constexpr std::chrono::seconds kDefaultRetryAfter{30};

}  // namespace

MappedError mapError(ErrorCode code, Subject subject) {
  switch (code) {
    case ErrorCode::BlobUnknown:
      return {404, "BLOB_UNKNOWN"};
    case ErrorCode::BlobUploadInvalid:
      return {400, "BLOB_UPLOAD_INVALID"};
    case ErrorCode::BlobUploadUnknown:
      return {404, "BLOB_UPLOAD_UNKNOWN"};
    case ErrorCode::DigestInvalid:
      return {400, "DIGEST_INVALID"};
    case ErrorCode::ManifestBlobUnknown:
      return {400, "MANIFEST_BLOB_UNKNOWN"};
    case ErrorCode::ManifestInvalid:
      return {400, "MANIFEST_INVALID"};
    case ErrorCode::ManifestUnknown:
      return {404, "MANIFEST_UNKNOWN"};
    case ErrorCode::NameInvalid:
      return {400, "NAME_INVALID"};
    case ErrorCode::NameUnknown:
      return {404, "NAME_UNKNOWN"};
    case ErrorCode::SizeInvalid:
      return {400, "SIZE_INVALID"};
    case ErrorCode::Unauthorized:
      return {401, "UNAUTHORIZED"};
    case ErrorCode::Denied:
      return {403, "DENIED"};
    case ErrorCode::Unsupported:
      return {405, "UNSUPPORTED"};
    case ErrorCode::TooManyRequests:
      return {429, "TOOMANYREQUESTS"};

    case ErrorCode::RangeInvalid:
      return {416, "BLOB_UPLOAD_INVALID"};
    case ErrorCode::TagInvalid:
      return {400, "MANIFEST_INVALID"};
    case ErrorCode::InvalidArgument:
      return {400, "UNSUPPORTED"};
    case ErrorCode::NotFound:
      return {404, unknown(subject)};
    case ErrorCode::Conflict:
      return {409, subject == Subject::Manifest ? "MANIFEST_INVALID" : "BLOB_UPLOAD_INVALID"};
    case ErrorCode::TooLarge:
      return {413, "SIZE_INVALID"};
    case ErrorCode::NoSpace:
      return {507, "NO_SPACE"};
    case ErrorCode::Cancelled:
    case ErrorCode::StoreUnusable:
      return {503, "UNAVAILABLE"};
    case ErrorCode::Timeout:
      return {504, "TIMEOUT"};
    case ErrorCode::Io:
      return {500, "INTERNAL", true};
    case ErrorCode::Corrupt:
      return {500, "CORRUPT", true};

    // What the upstream keeps from us is unknown here: a client then asks its next host, and learns nothing about our
    // credentials.
    case ErrorCode::UpstreamNotFound:
    case ErrorCode::UpstreamDenied:
    case ErrorCode::UpstreamLoginRefused:
      return {404, unknown(subject)};
    case ErrorCode::UpstreamThrottled:
      return {429, "TOOMANYREQUESTS"};
    case ErrorCode::UpstreamUnavailable:
    case ErrorCode::UpstreamUntrusted:
      return {503, "UPSTREAM_UNAVAILABLE"};
    case ErrorCode::UpstreamTimeout:
      return {504, "UPSTREAM_TIMEOUT"};
    case ErrorCode::UpstreamInvalid:
      return {502, "UPSTREAM_INVALID"};

    case ErrorCode::Internal:
      break;
  }
  return {500, "INTERNAL", true};
}

http::Response errorResponse(const core::Error& error, Subject subject) {
  auto mapped = mapError(error.code, subject);
  nlohmann::ordered_json entry;
  entry["code"] = mapped.code;
  if (mapped.internal) {
    entry["message"] = "Internal error. See the log of larderd for this X-Request-Id.";
  } else if (error.code == ErrorCode::NoSpace && error.where.starts_with('/')) {
    // Which file could not be written is the admin's, and in the log.
    entry["message"] = "No space is left on the disk of this registry. Try again later.";
  } else {
    entry["message"] = error.message;
    if (auto limit = limitIn(error); !limit.empty()) {
      entry["detail"] = {{"limit", limit}};  // a text, as Zot has it
    } else if (!error.where.empty()) {
      entry["detail"] = error.where;
    }
  }
  nlohmann::ordered_json body;
  body["errors"] = nlohmann::ordered_json::array({entry});

  http::Response response(mapped.status);
  response.set("Content-Type", "application/json");
  if (error.retryAfter || mapped.status == 429) {
    auto wait = std::chrono::ceil<std::chrono::seconds>(
        error.retryAfter.value_or(std::chrono::duration_cast<std::chrono::milliseconds>(kDefaultRetryAfter)));
    response.set("Retry-After", std::to_string(std::max<std::int64_t>(1, wait.count())));
  }
  response.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  return response;
}

}  // namespace larder::api
