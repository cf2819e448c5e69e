// One poll of one rule: lists repositories and tags, asks for each tag with a HEAD whether it has changed, and copies
// what has.
//
// A tag is set once its image is here whole, so that nobody who pulls meanwhile gets half of one. Attachments (cosign's
// tags, referrers) come with their image. A run ends early when its upstream is away or wants a pause, when the disk is
// full, and when the daemon ends.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "larder/runtime/signal.hpp"
#include "polling/image_copy.hpp"
#include "polling/poll_history.hpp"
#include "polling/tag_filter.hpp"

namespace larder::registry {

class PollRun : public std::enable_shared_from_this<PollRun> {
 public:
  // `allReferrers`: ask about referrers of unchanged images too. `job` is told how far it is, and may cancel it.
  PollRun(std::shared_ptr<Context> context, std::shared_ptr<ImageCopy> copy, std::shared_ptr<Courtesy> courtesy,
          PolledRule rule, bool allReferrers, std::shared_ptr<RunningJob> job);

  // `startedAt` is given by the caller. Once.
  Task<PollReport> run(WallTime startedAt);

 private:
  // One repository, while its tags are polled.
  struct Repository {
    PolledRepository polled;
    std::unordered_map<std::string, Digest> here;                     // its tags in the store that came from there
    std::unordered_set<std::string> pushed;                           // its other tags
    std::unordered_map<Digest, std::vector<std::string>> cosignTags;  // by the image that they belong to
    std::unordered_set<Digest> attached;                              // whose attachments were seen to
    std::vector<std::string> unchanged;                               // tags that the upstream confirmed
    std::size_t left = 0;                                             // tags
  };
  struct Job {
    std::shared_ptr<Repository> repository;
    std::string tag;  // "": the repository's tags are to be listed
  };
  enum class Outcome { Unchanged, Copied, Skipped };

  std::size_t workers() const;
  Task<Result<std::vector<std::string>>> repositoryNames();
  static Task<> work(std::shared_ptr<PollRun> self);
  Task<> workOff();
  std::optional<Job> take();
  Task<> perform(Job job);
  Task<Result<void>> list(std::shared_ptr<Repository> repository);
  Task<Result<void>> readStored(std::shared_ptr<Repository> repository);
  Task<Result<Outcome>> tag(std::shared_ptr<Repository> repository, std::string tag);
  Task<Result<Digest>> digestOf(RoutePtr route, std::string tag);
  Task<Result<void>> set(RoutePtr route, std::string tag, Digest digest);
  Task<Result<void>> attachments(std::shared_ptr<Repository> repository, std::vector<Digest> image, bool changed);
  Task<> finish(std::shared_ptr<Repository> repository);
  void note(const std::string& what, const core::Error& error);

  const std::shared_ptr<Context> context_;
  const std::shared_ptr<ImageCopy> copy_;
  const std::shared_ptr<Courtesy> courtesy_;
  const PolledRule rule_;
  const bool allReferrers_;
  const std::shared_ptr<RunningJob> job_;
  std::vector<TagFilter> filters_;  // by content entry

  std::mutex mutex_;
  std::deque<Job> jobs_;
  std::size_t busy_ = 0;     // workers that perform a job
  std::size_t working_ = 0;  // workers
  bool over_ = false;        // nothing more is begun
  std::uint64_t seen_ = 0;   // tags that are done with
  PollReport report_;
  runtime::Signal changed_;
};

}  // namespace larder::registry
