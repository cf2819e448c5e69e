// BrowseService over the stores.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "context.hpp"
#include "manifest_pull.hpp"

namespace larder::registry {

class Browse final : public BrowseService {
 public:
  Browse(std::shared_ptr<Context> context, std::shared_ptr<ManifestPull> manifests)
      : context_(std::move(context)), manifests_(std::move(manifests)) {}

  Task<Result<storage::Page<storage::RepositorySummary>>> repositories(
      storage::PageQuery<storage::RepositorySort> query, MayRead mayRead) override {
    return context_->browse->repositories(std::move(query), std::move(mayRead));
  }
  Task<Result<std::optional<storage::RepositoryDetail>>> repository(std::string name) override {
    return context_->browse->repository(std::move(name));
  }
  Task<Result<storage::Page<SizedTag>>> tags(std::string repository, storage::PageQuery<TagOrder> query) override;
  Task<Result<UseTree>> use(std::string path, storage::PageQuery<UseOrder> query) override;
  Task<Result<ManifestView>> manifest(std::string repository, Reference reference) override;
  Task<Result<ImageConfig>> image(std::string repository, Reference reference) override;
  Task<Result<AttachmentPage>> attachments(std::string repository, Digest subject, std::string after,
                                           std::size_t limit) override;
  Task<Result<void>> removeRepository(std::string name) override;
  Task<Result<Recheck>> recheck(std::string repository, std::string tag) override;

 private:
  Task<Result<std::vector<Attachment>>> tagged(std::string repository, Digest subject);
  Task<Result<bool>> isPinned(std::string repository, std::optional<std::string> tag, Digest digest);

  std::shared_ptr<Context> context_;
  std::shared_ptr<ManifestPull> manifests_;
};

}  // namespace larder::registry
