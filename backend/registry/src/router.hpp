// Router: from a request's name and `ns` to the local repository and the upstreams that may fill it.
//
// A repository with an origin is filled from that origin only, so that two registries never share one. Thread-safe; a
// route keeps the sources that it was made with, whatever is configured meanwhile.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "larder/config/config.hpp"
#include "larder/registry/block_list.hpp"
#include "larder/registry/registry.hpp"
#include "larder/storage/meta_store.hpp"
#include "larder/upstream/upstream_source.hpp"
#include "route_rules.hpp"

namespace re2 {
class RE2;
}

namespace larder::registry {

// One URL of a rule: whom to ask, and by which name.
struct UpstreamPlace {
  std::shared_ptr<upstream::UpstreamSource> source;
  std::string name;
};

// One rule that may fill a repository; its places are tried in order on an outage.
struct RouteTarget {
  std::size_t rule = 0;
  storage::Origin origin;
  std::vector<UpstreamPlace> places;
  std::vector<std::string> urls;
  std::chrono::milliseconds checkInterval{};      // how long a tag is good without asking
  std::chrono::milliseconds syncTimeout{};        // of one blob
  std::shared_ptr<const re2::RE2> immutableTags;  // null: none
  bool onlySigned = false;
  bool cosignTags = true;  // a signature under cosign's old tag counts

  // Whom it asks for what, and under which rule.
  std::string key() const { return std::to_string(rule) + "\n" + origin.host + "\n" + origin.name; }
};

struct Route {
  std::string repository;  // the local one
  // Where a request that names its registry belongs by the rules, which is what access policies are asked about: it
  // does not depend on who pulled first. Else the repository.
  std::string place;
  RepositoryNames names;             // by which blocks may speak of it
  bool exists = false;               // in the MetaStore
  storage::Origin origin;            // of the stored repository, or of the one to be made; empty: any target's
  std::vector<RouteTarget> targets;  // in the order of trial, the next one only after "not found"
  // The request names its registry: what was pushed here is no answer to it.
  bool mirroredOnly = false;
  Asker asker;  // whose request it is
  // Why nobody may be served from it, and why nothing is fetched for it, which leaves it without targets (BlockList).
  std::optional<core::Error> pullRefusal, fetchRefusal;

  // What may share an answer: the repository, whom it is asked of, and what is an answer.
  std::string key() const;
  // The registries that may be asked, in their order: content that is not whole yet is shared by them alone.
  std::string hosts() const;
  // The upstream's host for answers and labels, "" where none is involved.
  const std::string& host() const { return targets.empty() ? origin.host : targets.front().origin.host; }
  // What is said of content that is not stored, where there are no targets. `unknown`: that the repository lacks it.
  core::Error absence(core::Error unknown) const;
};

// How coroutines hand it on: each frame with a copy of its own would hold half a kilobyte for as long as it waits.
using RoutePtr = std::shared_ptr<const Route>;

// A repository that a poll is to fill.
struct PolledRepository {
  RoutePtr route;           // to its rule alone; `exists` and `origin` are not looked up
  std::size_t content = 0;  // the entry of the rule's content that took it
};

// A rule that is polled, as it was configured at one moment.
struct PolledRule {
  std::size_t index = 0;  // in extensions.sync.registries
  config::Snapshot config;
  RouteTarget upstream;  // for what is asked of the registry itself: its places have no names
  std::function<std::optional<PolledRepository>(std::string_view name)> repository;  // RouteRules::polled

  const config::SyncRegistry& rule() const { return config->extensions.sync->registries[index]; }
};

class Router {
 public:
  Router(std::shared_ptr<storage::MetaStore> meta, SourceFactory factory, config::Snapshot config);
  ~Router();

  // Takes a new configuration; the sources of unchanged URLs are kept. Exceptions of the factory leave things as they
  // were.
  void reconfigure(config::Snapshot config);
  config::Snapshot config() const;
  // Makes sources for rules that are not configured.
  const SourceFactory& sourceFactory() const { return factory_; }

  // NameUnknown for an `ns` that no rule names. Without `ns` a name that no rule takes is a route without targets.
  // A repository that was pushed, and that no upstream has filled, is one too: a push never needs an upstream. So is
  // one that larder.blocked keeps from being fetched. With `ns` the repository is never one that was pushed, unless
  // there is no other place: then nothing can be stored (fillRepository()), and what the registry has is passed on.
  // `tag`: that is asked for, "" for none.
  Task<Result<Route>> resolve(std::string repository, Asker asker, std::string tag = {}) const;
  // The same with the targets that a block takes away from it, if it takes all.
  Task<Result<Route>> resolveUnblocked(std::string repository, Asker asker, std::string tag = {}) const;
  // The names by which blocks may speak of it: its own, that of the origin, and where the rules would keep it.
  RepositoryNames namesOf(const std::string& repository, const storage::Origin& origin) const;
  // BlockList, for the configuration in force now: for what has waited since its route was resolved.
  std::optional<core::Error> refusePull(const RepositoryNames& names, std::string_view tag) const;
  std::optional<core::Error> refuseFetch(const RepositoryNames& names, std::string_view tag) const;
  // Whether larder.upstreams.<host>.allowPush lists the repository, which is filled from that host.
  bool allowsPush(const std::string& host, std::string_view repository) const;
  // The registries that a sync rule may fill a repository of this name from, and whose allowPush does not list it.
  std::vector<std::string> fillersAgainstPush(std::string_view repository) const;
  // Of all sources of the configuration in force.
  std::vector<upstream::UpstreamStatus> upstreams() const;
  // What a trial of the URL has found out, for the sources in force that reach it the same way:
  // UpstreamSource::learn().
  void learn(const config::SyncRegistry& tried, const std::string& url, const core::Error* outage,
             std::chrono::milliseconds firstByte) const;
  // In the file's order: those with a pollInterval and content.
  std::vector<PolledRule> polledRules() const;

 private:
  struct Table;
  std::shared_ptr<const Table> table() const;
  static void judge(const Table& table, Route& route, std::string_view tag);
  Task<Result<Route>> byName(std::shared_ptr<const Table> table, std::string repository) const;
  Task<Result<Route>> byNamespace(std::shared_ptr<const Table> table, std::string name, std::string ns) const;
  static std::shared_ptr<const Table> build(config::Snapshot config, const SourceFactory& factory, const Table* old);

  std::shared_ptr<storage::MetaStore> meta_;
  SourceFactory factory_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Table> table_;
};

}  // namespace larder::registry
