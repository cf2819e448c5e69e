// What an admin does with sync rules: SyncService over the poller and, for rules that are not saved, a router of their
// own.
#pragma once

#include <memory>

#include "larder/registry/sync_service.hpp"
#include "polling/poller.hpp"

namespace larder::registry {

class SyncTools final : public SyncService {
 public:
  SyncTools(std::shared_ptr<Context> context, std::shared_ptr<Poller> poller)
      : context_(std::move(context)), poller_(std::move(poller)) {}

  Task<Result<RouteExplanation>> explainRoute(std::string repository, std::string ns, std::string tag) override;
  Task<Result<std::vector<SyncRun>>> runs(std::size_t rule) override;
  Task<Result<Job>> run(std::size_t rule, std::string by) override { return poller_->start(rule, std::move(by)); }
  Task<Result<void>> pause(std::size_t rule, bool paused) override { return poller_->pause(rule, paused); }
  Task<Result<bool>> isPaused(std::size_t rule) override { return poller_->isPaused(rule); }
  std::optional<storage::WallTime> nextRun(std::size_t rule) override { return poller_->nextRun(rule); }
  Task<Result<SyncPreview>> preview(config::SyncRegistry rule, std::string repository,
                                    std::optional<config::Credential> given) override;
  Task<std::vector<UpstreamTest>> test(config::SyncRegistry rule, std::optional<config::Credential> given,
                                       std::function<bool()> isOver) override;
  std::vector<RouteTrial> tryRoute(config::SyncRegistry rule, std::optional<std::size_t> place,
                                   std::vector<std::string> names) const override;
  std::vector<upstream::UpstreamStatus> upstreams() const override { return context_->router.upstreams(); }

 private:
  // The configuration in force with this rule alone.
  config::Snapshot configWith(config::SyncRegistry rule) const;
  SourceFactory trialFactory(std::optional<config::Credential> given) const;
  bool hasCredentials(const config::SyncRegistry& rule, const std::string& url) const;

  std::shared_ptr<Context> context_;
  std::shared_ptr<Poller> poller_;
};

}  // namespace larder::registry
