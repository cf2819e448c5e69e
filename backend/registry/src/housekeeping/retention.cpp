#include "housekeeping/retention.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "larder/config/sub_paths.hpp"

namespace larder::registry {
namespace {

using core::Digest;
using storage::ManifestRecord;
using storage::WallTime;

// Something that conditions are asked about.
struct Candidate {
  std::string name;  // decides among equals
  WallTime pushedAt{}, pulledAt{};
  bool kept = false;
};

void keepLatest(std::vector<Candidate>& candidates, std::uint64_t count, WallTime Candidate::* when) {
  std::ranges::sort(candidates, [when](const Candidate& a, const Candidate& b) {
    return a.*when != b.*when ? a.*when > b.*when : a.name > b.name;
  });
  auto kept = std::min<std::uint64_t>(count, candidates.size());
  for (std::size_t i = 0; i < kept; ++i) candidates[i].kept = true;
}

// Keeps those for which one of the conditions holds. False if there is no condition.
template <class Keep>
bool applyConditions(const Keep& keep, std::vector<Candidate>& candidates, WallTime now) {
  auto pulled = keep.mostRecentlyPulledCount.value_or(0);
  auto pushed = keep.mostRecentlyPushedCount.value_or(0);
  if (pulled > 0) keepLatest(candidates, pulled, &Candidate::pulledAt);
  if (pushed > 0) keepLatest(candidates, pushed, &Candidate::pushedAt);
  for (auto& candidate : candidates) {
    // What nobody can have pulled yet is not held against it.
    bool lately = keep.pulledWithin &&
                  (candidate.pulledAt > now - *keep.pulledWithin || candidate.pushedAt > now - *keep.pulledWithin);
    bool isNew = keep.pushedWithin && candidate.pushedAt > now - *keep.pushedWithin;
    candidate.kept = candidate.kept || lately || isNew;
  }
  return pulled > 0 || pushed > 0 || keep.pulledWithin || keep.pushedWithin;
}

// cosign's old way to refer: the tag "sha256-<hex>.sig" of a signature names its subject.
std::optional<Digest> cosignSubject(const std::string& tag) {
  constexpr std::string_view kBegin = "sha256-";
  if (!tag.starts_with(kBegin) || !(tag.ends_with(".sig") || tag.ends_with(".sbom"))) return std::nullopt;
  auto digest = Digest::parse("sha256:" + tag.substr(kBegin.size(), tag.rfind('.') - kBegin.size()));
  return digest ? std::optional(*digest) : std::nullopt;
}

}  // namespace

// What is left of a repository while things go.
class RetentionRules::Decision {
 public:
  Decision(const RetentionRules& rules, const RepositoryView& view, WallTime now)
      : rules_(rules), view_(view), policy_(rules.policyOf(view.name)), now_(now) {
    for (const auto& manifest : view.manifests) manifests_.emplace(manifest.digest, &manifest);
    for (const auto& tag : view.tags) {
      if (manifests_.contains(tag.digest)) tags_.emplace(tag.name, tag.digest);
    }
    for (const auto& tag : tags_) ++tagged_[tag.second];
  }

  std::vector<Removal> run() && {
    bool referrers = policy_ && policy_->settings.deleteReferrers;
    bool untagged = !policy_ || policy_->settings.deleteUntagged;
    if (policy_ && !policy_->tagRules.empty()) removeTags();
    bool again = true;
    while (again) {
      auto before = removals_.size();
      if (referrers) removeReferrers();
      if (untagged) removeUntagged();
      again = removals_.size() > before;
    }
    return std::move(removals_);
  }

 private:
  void removeTags();
  void removeReferrers();
  void removeUntagged();
  std::set<Digest> keptUntagged() const;
  std::set<Digest> namedByIndexes() const;

  bool isTagged(const Digest& digest) const {
    auto found = tagged_.find(digest);
    return found != tagged_.end() && found->second > 0;
  }
  bool rested(const ManifestRecord& manifest, std::chrono::milliseconds delay) const {
    auto since = view_.cached ? std::max(manifest.pushedAt, manifest.lastPulledAt) : manifest.pushedAt;
    return since + delay <= now_;
  }
  bool dropTag(const std::string& tag, std::string reason) {
    if (view_.pinnedTags.contains(tag)) return false;
    auto digest = tags_.at(tag);
    tags_.erase(tag);
    --tagged_[digest];
    removals_.push_back({tag, digest, std::move(reason)});
    return true;
  }
  void dropManifest(const Digest& digest, std::string reason) {
    manifests_.erase(digest);
    removals_.push_back({"", digest, std::move(reason)});
  }

  const RetentionRules& rules_;
  const RepositoryView& view_;
  const Policy* policy_;
  WallTime now_;
  std::map<Digest, const ManifestRecord*> manifests_;
  std::map<std::string, Digest> tags_;
  std::map<Digest, std::size_t> tagged_;  // how many tags point to it
  std::vector<Removal> removals_;
};

void RetentionRules::Decision::removeTags() {
  std::vector<std::vector<Candidate>> groups(policy_->tagRules.size());
  std::vector<std::string> unmatched;
  for (const auto& [tag, digest] : tags_) {
    auto rule = std::ranges::find_if(policy_->tagRules, [&](const TagRule& one) { return one.takes(tag); });
    if (rule == policy_->tagRules.end()) {
      unmatched.push_back(tag);
      continue;
    }
    const auto& manifest = *manifests_.at(digest);
    groups[static_cast<std::size_t>(rule - policy_->tagRules.begin())].push_back(
        {tag, manifest.pushedAt, manifest.lastPulledAt});
  }
  for (const auto& tag : unmatched) dropTag(tag, "no pattern of keepTags matches");
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!applyConditions(policy_->tagRules[i].keep, groups[i], now_)) continue;
    for (const auto& candidate : groups[i]) {
      if (!candidate.kept) dropTag(candidate.name, "no condition of keepTags is met");
    }
  }
}

void RetentionRules::Decision::removeReferrers() {
  auto before = manifests_;
  for (const auto& [digest, manifest] : before) {
    const auto& subject = manifest->subject;
    if (!subject || manifests_.contains(*subject) || !rested(*manifest, rules_.delay_)) continue;
    std::vector<std::string> tags;
    for (const auto& [tag, target] : tags_) {
      if (target == digest) tags.push_back(tag);
    }
    bool free = !view_.pinnedManifests.contains(digest);
    for (const auto& tag : tags) free = dropTag(tag, "deleteReferrers: its subject is gone") && free;
    if (free) dropManifest(digest, "deleteReferrers: its subject is gone");
  }
  auto tags = tags_;
  for (const auto& [tag, digest] : tags) {
    auto subject = cosignSubject(tag);
    if (!subject || manifests_.contains(*subject) || !rested(*manifests_.at(digest), rules_.gcDelay_)) continue;
    dropTag(tag, "deleteReferrers: its subject is gone");
  }
}

void RetentionRules::Decision::removeUntagged() {
  auto named = namedByIndexes();
  auto kept = keptUntagged();
  auto before = manifests_;
  for (const auto& [digest, manifest] : before) {
    if (isTagged(digest) || manifest->subject || named.contains(digest) || kept.contains(digest)) continue;
    if (view_.pinnedManifests.contains(digest) || !rested(*manifest, rules_.delay_)) continue;
    dropManifest(digest, "deleteUntagged");
  }
}

std::set<Digest> RetentionRules::Decision::namedByIndexes() const {
  std::set<Digest> named;
  for (const auto& entry : manifests_) {
    for (const auto& link : entry.second->links) {
      if (link.kind == storage::ManifestLink::Kind::Manifest) named.insert(link.digest);
    }
  }
  return named;
}

std::set<Digest> RetentionRules::Decision::keptUntagged() const {
  std::set<Digest> kept;
  if (!policy_ || !policy_->settings.keepUntagged) return kept;
  std::vector<Candidate> candidates;
  for (const auto& [digest, manifest] : manifests_) {
    if (!isTagged(digest)) candidates.push_back({digest.toString(), manifest->pushedAt, manifest->lastPulledAt});
  }
  applyConditions(*policy_->settings.keepUntagged, candidates, now_);
  for (const auto& candidate : candidates) {
    if (candidate.kept) kept.insert(Digest::parse(candidate.name).value());
  }
  return kept;
}

RetentionRules::RetentionRules(const config::Storage& storage)
    : gcDelay_(storage.gcDelay), delay_(storage.retention ? storage.retention->delay : storage.gcDelay) {
  if (!storage.retention) return;
  for (const auto& settings : storage.retention->policies) {
    auto& policy = policies_.emplace_back();
    policy.settings = settings;
    for (const auto& keep : settings.keepTags) {
      auto& rule = policy.tagRules.emplace_back();
      rule.keep = keep;
      for (const auto& pattern : keep.patterns) rule.patterns.push_back(std::make_unique<RE2>(pattern, RE2::Quiet));
    }
  }
}

RetentionRules::~RetentionRules() = default;

bool RetentionRules::TagRule::takes(const std::string& tag) const {
  return patterns.empty() ||
         std::ranges::any_of(patterns, [&](const auto& pattern) { return RE2::PartialMatch(tag, *pattern); });
}

const RetentionRules::Policy* RetentionRules::policyOf(const std::string& repository) const {
  for (const auto& policy : policies_) {
    const auto& globs = policy.settings.repositories;
    if (std::ranges::any_of(globs, [&](const core::Glob& glob) { return glob.matches(repository); })) return &policy;
  }
  return nullptr;
}

std::vector<Removal> RetentionRules::decide(const RepositoryView& repository, WallTime now) const {
  return Decision(*this, repository, now).run();
}

StorageRules::StorageRules(config::Snapshot config) : config_(std::move(config)), storage_(config_->storage) {
  for (const auto& [route, storage] : config_->subPaths) subPaths_.try_emplace(route, storage);
}

const RetentionRules& StorageRules::of(const std::string& repository) const {
  return config::ofRoute(subPaths_, config::routeOf(*config_, repository), storage_);
}

}  // namespace larder::registry
