// UploadService: sessions in the MetaStore, their bytes as partial content of the BlobStore.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "context.hpp"
#include "larder/runtime/limits.hpp"
#include "open_uploads.hpp"
#include "upload_sessions.hpp"

namespace larder::registry {

class UploadServiceImpl final : public UploadService {
 public:
  explicit UploadServiceImpl(std::shared_ptr<Context> context)
      : context_(std::move(context)),
        sessions_(std::make_shared<UploadSessions>(
            context_->clock, std::min(UploadSessions::kMaxOpen, runtime::descriptorShares().openUploads))),
        open_(context_->clock) {}

  Task<Result<UploadState>> start(std::string repository, runtime::ClientNetwork client) override;
  Task<Result<UploadState>> status(std::string repository, std::string id) override;
  Task<Result<UploadState>> append(std::string repository, std::string id, std::optional<std::uint64_t> from,
                                   std::optional<std::uint64_t> length, ChunkSource body) override;
  Task<Result<void>> finish(std::string repository, std::string id, std::optional<std::uint64_t> from,
                            std::optional<std::uint64_t> length, Digest digest, ChunkSource body) override;
  Task<Result<void>> cancel(std::string repository, std::string id) override;

  // Ends uploads that nothing has come for since a day, or an hour if nothing has come at all.
  Task<> purgeIdle();
  void closeIdle(std::chrono::nanoseconds rest) { sessions_->closeIdle(rest); }

 private:
  using Lease = UploadSessions::Lease;

  // BlobUploadUnknown if there is none of that id in the repository.
  Task<Result<storage::UploadRecord>> find(std::string repository, std::string id);
  // The session of an upload that is still there, with its writer open. Whoever ends the upload keeps the lease until
  // its record is gone, so that the upload cannot come back.
  Task<Result<Lease>> open(std::string repository, std::string id);
  // Appends the body to a session that the caller has leased.
  Task<Result<void>> take(UploadSessions::Session* session, std::string repository, std::optional<std::uint64_t> from,
                          std::optional<std::uint64_t> length, ChunkSource body);
  Task<Result<void>> forget(std::string id);
  Task<> dropIfFull(UploadSessions::Lease* lease, std::string id);

  std::shared_ptr<Context> context_;
  std::shared_ptr<UploadSessions> sessions_;
  OpenUploads open_;
};

// The partial content of an upload.
inline constexpr std::string_view kUploadPrefix = "upload-";

}  // namespace larder::registry
