// What of a repository goes, by the retention policies of the configuration, and why. Pure.
//
// Meant as Zot means it. The first policy with a glob that takes the repository decides; without one, manifests that
// are untagged go and tags stay. Tags come first: each belongs to the first rule of keepTags with a pattern that takes
// it, and is kept if one of that rule's conditions holds, or if it has none. Then, until nothing more goes: referrers
// whose subject is gone (deleteReferrers), and manifests that no tag points to, no index names and that refer to
// nothing (deleteUntagged), unless keepUntagged keeps them. A pinned tag or manifest always stays.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "larder/config/config.hpp"
#include "larder/registry/housekeeping_service.hpp"
#include "larder/storage/meta_store.hpp"

namespace re2 {
class RE2;
}

namespace larder::registry {

// A repository as it is.
struct RepositoryView {
  std::string name;
  storage::WallTime madeAt{};
  // It is filled from an upstream. What is pulled from there by digest never has a tag, so it counts as new whenever it
  // is pulled.
  bool cached = false;
  std::vector<storage::TagRecord> tags;
  std::vector<storage::ManifestRecord> manifests;  // with their links to children, at least
  std::set<std::string> pinnedTags;
  std::set<core::Digest> pinnedManifests;
};

// The rules of one configuration, with their patterns made ready. Immutable.
class RetentionRules {
 public:
  explicit RetentionRules(const config::Storage& storage);
  ~RetentionRules();
  RetentionRules(const RetentionRules&) = delete;
  RetentionRules& operator=(const RetentionRules&) = delete;

  // In the order in which things can be removed.
  std::vector<Removal> decide(const RepositoryView& repository, storage::WallTime now) const;

 private:
  struct TagRule {
    config::KeepTags keep;
    std::vector<std::unique_ptr<re2::RE2>> patterns;
    bool takes(const std::string& tag) const;
  };
  struct Policy {
    config::RetentionPolicy settings;
    std::vector<TagRule> tagRules;
  };
  class Decision;

  const Policy* policyOf(const std::string& repository) const;

  std::chrono::milliseconds gcDelay_, delay_;
  std::vector<Policy> policies_;
};

// The rules of storage and of each of its sub-paths. Immutable.
class StorageRules {
 public:
  explicit StorageRules(config::Snapshot config);
  const RetentionRules& of(const std::string& repository) const;

 private:
  config::Snapshot config_;
  RetentionRules storage_;
  std::map<std::string, RetentionRules> subPaths_;
};

}  // namespace larder::registry
