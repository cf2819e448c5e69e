#include <nlohmann/json.hpp>

#include "oci/handlers.hpp"

namespace larder::api::oci {

Answer getRoot(Call call) {
  http::Response response;
  response.set("Content-Type", "application/json");
  // Some clients (containers/image) learn here that logging in is possible, and would else push without credentials.
  // containerd never asks, and no client takes a 200 for a demand.
  if (call.identity->isAnonymous() && call.state->challenge) response.set("WWW-Authenticate", *call.state->challenge);
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
