// What a pull's handler knows, for the record that is made when its answer has ended.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "larder/core/error.hpp"
#include "larder/http/message.hpp"
#include "larder/registry/services.hpp"

namespace larder::api::oci {

struct PullTrace final : http::Trace {
  std::string repository;  // the local one, "" if it was not found out
  std::string digest;
  std::string upstream;
  std::string error;
  registry::CacheState cache = registry::CacheState::Hit;
  std::chrono::milliseconds waited{};
  std::shared_ptr<const registry::Growth> growth;  // of a blob that was arriving

  static std::shared_ptr<const PullTrace> of(const registry::ManifestAnswer& answer) {
    auto trace = std::make_shared<PullTrace>();
    trace->repository = answer.repository;
    trace->digest = answer.digest.toString();
    trace->upstream = answer.upstream;
    trace->cache = answer.cache;
    trace->waited = answer.waited;
    return trace;
  }
  static std::shared_ptr<const PullTrace> of(const core::Digest& digest, const registry::BlobAnswer& answer) {
    auto trace = std::make_shared<PullTrace>();
    trace->repository = answer.repository;
    trace->digest = digest.toString();
    trace->upstream = answer.upstream;
    trace->cache = answer.cache;
    trace->growth = answer.growth;
    return trace;
  }
  static std::shared_ptr<const PullTrace> of(const core::Error& error) {
    auto trace = std::make_shared<PullTrace>();
    trace->error = error.message;
    return trace;
  }
};

}  // namespace larder::api::oci
