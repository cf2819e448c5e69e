#include "oci/call.hpp"

#include <spdlog/spdlog.h>

#include <string>

#include "fields.hpp"
#include "oci/pull_trace.hpp"

namespace larder::api::oci {

std::optional<http::Response> Call::refuseUnless(std::string_view repository, auth::Action action) const {
  if (may(repository, action)) return std::nullopt;
  return refused(*state, *identity, repository, auth::toString(action));
}

registry::MayRead Call::mayRead() const {
  return [state = state, identity = identity](const std::string& repository) {
    return allows(*state, *identity, repository, auth::Action::Read);
  };
}

registry::ChunkSource Call::body() const {
  return [&body = request->body] { return body.read(); };
}

http::Response failed(const Call& call, const core::Error& error, Subject subject) {
  auto response = errorResponse(error, subject);
  if (response.status >= 500) {
    spdlog::warn("request_failed id={} repository={} reference={} ns={} status={} code={} where=\"{}\" message=\"{}\"",
                 call.request->id, call.name, loggable(call.reference), call.ns, response.status,
                 core::toString(error.code), loggable(error.where), loggable(error.message));
  }
  return response;
}

http::Response failedPull(const Call& call, const core::Error& error, Subject subject) {
  auto refusal = failed(call, error, subject);
  refusal.trace = PullTrace::of(error);
  return refusal;
}

}  // namespace larder::api::oci
