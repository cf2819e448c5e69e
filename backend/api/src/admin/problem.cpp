#include "admin/problem.hpp"

#include <algorithm>
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
      return "Changed meanwhile";
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
      return "Upstream failed";
    case 503:
      return "Unavailable";
    case 504:
      return "No answer in time";
    case 507:
      return "No space left";
    default:
      return status >= 500 ? "Internal error" : "Refused";
  }
}

std::string dumped(const Json& body) {
  return body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Problem problemOf(const core::Error& error) {
  auto mapped = mapError(error.code, Subject::Repository);
  // There a missing method is meant, here a feature.
  int status = error.code == core::ErrorCode::Unsupported ? 409 : mapped.status;
  if (mapped.internal) return {status, "The registry failed. Its log has the details under this X-Request-Id."};
  Problem problem{status, error.message, {}, error.retryAfter};
  if (!error.where.empty()) problem.errors.push_back({error.where, error.message, ""});
  return problem;
}

http::Response problemResponse(const Problem& problem) {
  Json body;
  body["type"] = "about:blank";
  body["title"] = titleOf(problem.status);
  body["status"] = problem.status;
  body["detail"] = problem.detail;
  if (!problem.errors.empty()) {
    auto& errors = body["errors"] = Json::array();
    for (const auto& error : problem.errors) {
      errors.push_back({{"path", error.path}, {"message", error.message}, {"hint", error.hint}});
    }
  }
  http::Response response(problem.status);
  response.set("Content-Type", "application/problem+json");
  if (problem.retryAfter) {
    auto wait = std::chrono::ceil<std::chrono::seconds>(*problem.retryAfter);
    response.set("Retry-After", std::to_string(std::max<std::int64_t>(1, wait.count())));
  }
  response.body = dumped(body);
  return response;
}

http::Response problemResponse(int status, std::string detail) {
  return problemResponse(Problem{status, std::move(detail)});
}

http::Response problemResponse(const core::Error& error) {
  return problemResponse(problemOf(error));
}

http::Response invalidInput(std::vector<InputError> errors) {
  auto detail = errors.size() == 1 ? errors.front().message : "There are several faults in the input; see errors.";
  return problemResponse(Problem{422, std::move(detail), std::move(errors)});
}

http::Response jsonResponse(int status, const Json& body) {
  http::Response response(status);
  response.set("Content-Type", "application/json");
  response.body = dumped(body);
  return response;
}

}  // namespace larder::api::admin
