#include "client_error.hpp"

namespace larder::registry {

using core::ErrorCode;

core::Error toClientError(core::Error error, ErrorCode absent) {
  switch (error.code) {
    case ErrorCode::UpstreamNotFound:
    case ErrorCode::UpstreamDenied:
    case ErrorCode::UpstreamLoginRefused:
      error.code = absent;
      break;
    case ErrorCode::UpstreamThrottled:
      error.code = ErrorCode::TooManyRequests;
      break;
    case ErrorCode::Timeout:
      error.code = ErrorCode::UpstreamTimeout;
      error.message = "The upstream did not respond in time. The download continues in the background; try again.";
      break;
    default:
      break;
  }
  return error;
}

}  // namespace larder::registry
