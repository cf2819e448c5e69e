// Copies images of an upstream whole: manifests, configs and layers that are not here yet, through the same flights as
// people's pulls.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "manifest_pull.hpp"
#include "polling/courtesy.hpp"

namespace larder::registry {

// Of one run. Thread-safe. Ends with Cancelled when its job is cancelled. Routes have one target, that of the rule
// which is polled; errors are as a client would get them (client_error.hpp), or those of the store.
class ImageCopy : public std::enable_shared_from_this<ImageCopy> {
 public:
  ImageCopy(std::shared_ptr<Context> context, std::shared_ptr<ManifestPull> manifests, std::shared_ptr<BlobPull> blobs,
            std::shared_ptr<Courtesy> courtesy, std::vector<std::string> platforms,
            std::shared_ptr<RunningJob> job = nullptr)
      : context_(std::move(context)),
        manifests_(std::move(manifests)),
        blobs_(std::move(blobs)),
        courtesy_(std::move(courtesy)),
        platforms_(std::move(platforms)),
        job_(std::move(job)) {}

  // The manifest and all that it names; of an index, the images of the platforms that are wanted. The digests of all
  // manifests that belong to it, its own first.
  Task<Result<std::vector<Digest>>> image(RoutePtr route, Digest digest);
  // What a tag of the upstream leads to, the tag included; asks about a tag that is here whether it has changed.
  Task<Result<void>> attachment(RoutePtr route, std::string tag);
  // What the upstream lists as referrers of the manifest.
  Task<Result<void>> referrers(RoutePtr route, Digest subject);

  // Bytes of blobs fetched so far.
  std::uint64_t bytes() const {
    std::lock_guard lock(mutex_);
    return bytes_;
  }

 private:
  Task<Result<ManifestDocument>> manifest(RoutePtr route, Digest digest);
  Task<Result<void>> blob(RoutePtr route, Digest digest);
  Task<Result<void>> fetch(RoutePtr route, Digest digest, std::optional<std::uint64_t> linked);
  // Copies the blobs that the document names. The manifests that it leads to.
  Task<Result<std::vector<Digest>>> content(RoutePtr route, ManifestDocument document);

  const std::shared_ptr<Context> context_;
  const std::shared_ptr<ManifestPull> manifests_;
  const std::shared_ptr<BlobPull> blobs_;
  const std::shared_ptr<Courtesy> courtesy_;
  const std::vector<std::string> platforms_;
  const std::shared_ptr<RunningJob> job_;  // that it is a part of; null: of none
  mutable std::mutex mutex_;
  std::unordered_set<Digest> fetched_;
  std::uint64_t bytes_ = 0;
};

}  // namespace larder::registry
