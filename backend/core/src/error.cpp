#include "larder/core/error.hpp"

namespace larder::core {

const char* toString(ErrorCode code) {
  switch (code) {
    case ErrorCode::BlobUnknown:
      return "blob_unknown";
    case ErrorCode::BlobUploadInvalid:
      return "blob_upload_invalid";
    case ErrorCode::BlobUploadUnknown:
      return "blob_upload_unknown";
    case ErrorCode::DigestInvalid:
      return "digest_invalid";
    case ErrorCode::ManifestBlobUnknown:
      return "manifest_blob_unknown";
    case ErrorCode::ManifestInvalid:
      return "manifest_invalid";
    case ErrorCode::ManifestUnknown:
      return "manifest_unknown";
    case ErrorCode::NameInvalid:
      return "name_invalid";
    case ErrorCode::NameUnknown:
      return "name_unknown";
    case ErrorCode::SizeInvalid:
      return "size_invalid";
    case ErrorCode::Unauthorized:
      return "unauthorized";
    case ErrorCode::Denied:
      return "denied";
    case ErrorCode::Unsupported:
      return "unsupported";
    case ErrorCode::TooManyRequests:
      return "too_many_requests";
    case ErrorCode::RangeInvalid:
      return "range_invalid";
    case ErrorCode::TagInvalid:
      return "tag_invalid";
    case ErrorCode::InvalidArgument:
      return "invalid_argument";
    case ErrorCode::NotFound:
      return "not_found";
    case ErrorCode::Conflict:
      return "conflict";
    case ErrorCode::TooLarge:
      return "too_large";
    case ErrorCode::NoSpace:
      return "no_space";
    case ErrorCode::StoreUnusable:
      return "store_unusable";
    case ErrorCode::Cancelled:
      return "cancelled";
    case ErrorCode::Timeout:
      return "timeout";
    case ErrorCode::Io:
      return "io";
    case ErrorCode::Corrupt:
      return "corrupt";
    case ErrorCode::UpstreamNotFound:
      return "upstream_not_found";
    case ErrorCode::UpstreamDenied:
      return "upstream_denied";
    case ErrorCode::UpstreamLoginRefused:
      return "upstream_login_refused";
    case ErrorCode::UpstreamThrottled:
      return "upstream_throttled";
    case ErrorCode::UpstreamUnavailable:
      return "upstream_unavailable";
    case ErrorCode::UpstreamUntrusted:
      return "upstream_untrusted";
    case ErrorCode::UpstreamTimeout:
      return "upstream_timeout";
    case ErrorCode::UpstreamInvalid:
      return "upstream_invalid";
    case ErrorCode::Internal:
      return "internal";
  }
  return "internal";
}

}  // namespace larder::core
