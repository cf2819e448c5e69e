#include "admin/problem.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "error_mapping.hpp"

namespace larder::api::admin {
namespace {

const char* titleOf(int status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 401:
      return "Not logged in";
    case 403:
      return "Not allowed";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Changed by someone else";
    case 413:
      return "Too large";
    case 415:
      return "Unsupported media type";
    case 422:
      return "Invalid input";
    case 426:
      return "Upgrade required";
    case 428:
      return "Precondition required";
    case 429:
      return "Too many requests";
    case 502:
      return "Upstream error";
    case 503:
      return "Unavailable";
    case 504:
      return "Upstream timeout";
    case 507:
      return "No space left";
    default:
      return status >= 500 ? "Internal error" : "Refused";
  }
}

http::Response response(int status, const char* mediaType, std::string text) {
  http::Response response(status);
  response.set("Content-Type", mediaType);
  response.body = std::move(text) + "\n";
  return response;
}

}  // namespace

apitypes::Problem problemOf(int status, std::string detail, std::vector<InputError> errors) {
  apitypes::Problem problem;
  problem.title = titleOf(status);
  problem.status = status;
  problem.detail = std::move(detail);
  if (!errors.empty()) problem.errors = std::move(errors);
  return problem;
}

http::Response problemResponse(const apitypes::Problem& problem) {
  return response(problem.status, "application/problem+json", apitypes::encode(problem));
}

http::Response problemResponse(int status, std::string detail) {
  return problemResponse(problemOf(status, std::move(detail)));
}

http::Response problemResponse(const core::Error& error) {
  auto mapped = mapError(error.code, Subject::Repository);
  int status = mapped.status;
  // There a missing method is meant, here a feature.
  if (error.code == core::ErrorCode::Unsupported) status = 409;
  // To a client this daemon is the registry, to an admin the upstream is another one.
  if (core::isUpstreamOutage(error.code) && status >= 500) status = 502;
  if (mapped.internal) {
    return problemResponse(status, "Internal error. See the log of larderd for this X-Request-Id.");
  }
  std::vector<InputError> errors;
  if (!error.where.empty()) errors.push_back({error.where, error.message, {}});
  auto response = problemResponse(problemOf(status, error.message, std::move(errors)));
  if (error.retryAfter) {
    auto wait = std::chrono::ceil<std::chrono::seconds>(*error.retryAfter);
    response.set("Retry-After", std::to_string(std::max<std::int64_t>(1, wait.count())));
  }
  return response;
}

http::Response invalidInput(std::vector<InputError> errors) {
  auto detail = errors.size() == 1 ? errors.front().message : "The input has several errors; see errors.";
  return problemResponse(problemOf(422, std::move(detail), std::move(errors)));
}

http::Response jsonTextResponse(int status, std::string text) {
  return response(status, "application/json", std::move(text));
}

}  // namespace larder::api::admin
