// One request to the OCI API, as its handlers see it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access.hpp"
#include "error_mapping.hpp"
#include "larder/core/reference.hpp"
#include "larder/http/message.hpp"
#include "services.hpp"

namespace larder::api::oci {

// Passed to handlers by value; `request` and `services` outlive them.
struct Call {
  Services* services;
  http::Request* request;
  std::shared_ptr<const PolicyState> state;
  IdentityPointer identity;
  std::string name;       // valid; "" where the route has none
  std::string reference;  // as in the path: tag, digest or upload id
  std::string ns;         // registry host, "" if none was sent; reads alone heed it

  registry::Registry& registry() const { return services->parts.registry; }
  const http::RequestHead& head() const { return request->head; }
  registry::Asker asker() const { return {ns, identity->name, std::string(request->head.remoteAddress)}; }
  bool isHead() const { return request->head.method == http::Method::Head; }

  bool may(std::string_view repository, auth::Action action) const {
    return allows(*state, *identity, repository, action);
  }
  // The answer for who may not; nothing for who may.
  std::optional<http::Response> refuseUnless(std::string_view repository, auth::Action action) const;
  // May the identity read this repository? Safe to keep longer than the call.
  registry::MayRead mayRead() const;
  // The path under the external URL.
  std::string location(const std::string& path) const { return state->locationPrefix + path; }
  // The body as the registry takes it.
  registry::ChunkSource body() const;
};

// The answer for a failure. Logs what the client is not told.
http::Response failed(const Call& call, const core::Error& error, Subject subject);
// The same for a pull, which is told of with the pulls (PullTrace).
http::Response failedPull(const Call& call, const core::Error& error, Subject subject);

}  // namespace larder::api::oci
