#include <nlohmann/json.hpp>

#include "oci/handlers.hpp"

namespace larder::api::oci {

namespace {

// Docker asks here whether to log in, and takes a 200 for no: it then never sends the credentials that its user has for
// a protected repository. After a 401 it sends them with each request, but fails without any, so that it gets one only
// where some repository cannot be pulled without. Its daemon passes requests on under its own name, whoever made them.
bool isDocker(std::string_view userAgent) {
  return userAgent.starts_with("docker/") || userAgent.find("Docker-Client") != std::string_view::npos;
}

}  // namespace

Answer getRoot(Call call) {
  bool mayLogIn = call.identity->isAnonymous() && call.state->challenge;
  if (mayLogIn && isDocker(call.head().field("User-Agent")) && call.state->policy.authorizer->loginWidensReading()) {
    co_return notIdentified(*call.state, {core::ErrorCode::Unauthorized, "Log in to pull private images."});
  }
  http::Response response;
  response.set("Content-Type", "application/json");
  // Some clients (containers/image) learn here that logging in is possible, and would else push without credentials.
  // containerd never asks, and no client takes a 200 for a demand.
  if (mayLogIn) response.set("WWW-Authenticate", *call.state->challenge);
  if (call.isHead()) {
    response.contentLength = 2;
  } else {
    response.body = std::string("{}");
  }
  co_return response;
}

Answer getExtensions(Call) {
  http::Response response;
  response.set("Content-Type", "application/json");
  response.body = nlohmann::json{{"extensions", nlohmann::json::array()}}.dump();
  co_return response;
}

}  // namespace larder::api::oci
