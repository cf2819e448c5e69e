// UpstreamSource over the OCI distribution API.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "larder/upstream/oci_source.hpp"
#include "sources/oci/session.hpp"

namespace larder::upstream {

// No method is a coroutine: each hands the session to one, so that the source may go before the task begins to run.
class OciSource final : public UpstreamSource {
 public:
  explicit OciSource(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  const std::string& host() const override { return session_->host(); }
  UpstreamStatus status() const override { return session_->status(); }
  void learn(const core::Error* outage, std::chrono::milliseconds firstByte) override {
    session_->learn(outage, firstByte);
  }

  Task<Result<ManifestHead>> headManifest(std::string name, Reference reference, SteadyTime deadline) override;
  Task<Result<UpstreamManifest>> getManifest(std::string name, Reference reference, SteadyTime deadline) override;
  Task<Result<std::uint64_t>> headBlob(std::string name, Digest digest, SteadyTime deadline) override;
  Task<Result<void>> getBlob(std::string name, Digest digest, std::uint64_t offset, BlobSink& sink,
                             SteadyTime deadline) override;
  Task<Result<std::vector<std::string>>> tags(std::string name, std::size_t limit, SteadyTime deadline) override;
  Task<Result<std::vector<std::string>>> catalog(std::size_t limit, SteadyTime deadline) override;
  Task<Result<std::string>> referrers(std::string name, Digest digest, SteadyTime deadline) override;

 private:
  const std::shared_ptr<Session> session_;
};

// Parts that several of the calls share. `name` is the upstream's.
std::string pullScope(const std::string& name);
Task<Result<UpstreamManifest>> fetchManifest(std::shared_ptr<Session> session, std::string name, Reference reference,
                                             SteadyTime deadline);

}  // namespace larder::upstream
