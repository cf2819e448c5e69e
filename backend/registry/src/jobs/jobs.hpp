// Starts jobs: what each kind of work needs for it.
#pragma once

#include <memory>

#include "housekeeping/housekeeping.hpp"
#include "housekeeping/scrub.hpp"
#include "polling/image_copy.hpp"

namespace larder::registry {

class Jobs final : public JobService {
 public:
  Jobs(std::shared_ptr<Context> context, std::shared_ptr<Housekeeping> housekeeping, std::shared_ptr<Scrub> scrub,
       std::shared_ptr<ManifestPull> manifests, std::shared_ptr<BlobPull> blobs);

  std::vector<Job> jobs() const override { return context_->jobs->jobs(); }
  std::optional<Job> job(const std::string& id) const override { return context_->jobs->job(id); }
  std::uint64_t version() const override { return context_->jobs->version(); }
  std::vector<Job> changedSince(std::uint64_t version) const override { return context_->jobs->changedSince(version); }
  Task<Result<Job>> start(JobKind kind, std::string by) override;
  std::shared_ptr<JobHandle> follow(JobKind kind, std::string target) override {
    return context_->jobs->begin(kind, std::move(target), "");
  }
  Task<Result<Job>> prefetch(PrefetchOrder order, std::string by) override;
  Result<void> cancel(const std::string& id) override { return context_->jobs->cancel(id); }

 private:
  // What the detached coroutine of a prefetch works with.
  struct Fetching {
    std::shared_ptr<Context> context;
    std::shared_ptr<ManifestPull> manifests;
    std::shared_ptr<ImageCopy> copy;
    std::shared_ptr<RunningJob> job;
    RoutePtr route;
    Reference reference;
  };
  static Task<> fetch(Fetching fetching);
  static Task<Result<void>> fetchImage(const Fetching* fetching);

  std::shared_ptr<Context> context_;
  std::shared_ptr<Housekeeping> housekeeping_;
  std::shared_ptr<Scrub> scrub_;
  std::shared_ptr<ManifestPull> manifests_;
  std::shared_ptr<BlobPull> blobs_;
  std::shared_ptr<Courtesy> courtesy_;
};

}  // namespace larder::registry
