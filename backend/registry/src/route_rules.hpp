// Which sync rules serve a name, in what order, and what it is called at each upstream. Pure: made from a
// configuration, no I/O.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "content_map.hpp"
#include "larder/config/config.hpp"
#include "larder/storage/meta_store.hpp"
#include "larder/upstream/endpoint.hpp"

namespace larder::registry {

// One rule that serves a name.
struct RouteCandidate {
  std::size_t rule = 0;            // index in extensions.sync.registries
  storage::Origin origin;          // the host asked for, else the first URL's, and the name there
  std::vector<std::string> names;  // what each of the rule's URLs is asked for, in their order
  std::string local;               // where a repository of that origin is made
};

class RouteRules {
 public:
  // URLs that are none serve nothing. Sync switched off: no rule does.
  explicit RouteRules(const config::Config& config);

  // Without `ns`: the rules on demand whose content takes the local name, in the file's order.
  std::vector<RouteCandidate> byLocalName(std::string_view local) const;
  // With `ns`, or for a repository whose origin is known: the rules on demand with that host (any of their URLs) that
  // take the upstream name. `host` in any spelling.
  std::vector<RouteCandidate> byHost(std::string_view host, std::string_view name) const;

  // The registries that a rule, on demand or polled, may fill a repository of this local name from, each once.
  std::vector<std::string> fillersOf(std::string_view local) const;

  struct Polled {
    RouteCandidate candidate;  // `local` is destination + name, as Zot has it
    std::size_t content = 0;   // which entry of the rule's content took the name
  };
  // Where a poll by rule `index` keeps the repository `name` of its upstream: a name of the catalog, or a prefix
  // without meta characters. Nothing if the rule does not take it.
  std::optional<Polled> polled(std::size_t index, std::string_view name) const;

 private:
  struct Rule {
    std::size_t index;
    bool onDemand;
    bool polled;
    std::vector<upstream::Endpoint> endpoints;
    ContentMap content;
  };
  struct Match {
    std::string relative;  // to the URL's path
    ContentMap::Local local;
  };
  static std::optional<Match> match(const Rule& rule, const upstream::Endpoint& asked, std::string_view name);
  std::optional<RouteCandidate> take(const Rule& rule, const upstream::Endpoint& asked, std::string_view name) const;

  std::vector<Rule> rules_;
};

// "<host>/<name>", where a repository goes whose rule has no destination; a port's colon becomes a dash.
std::string hostedName(std::string_view host, std::string_view name);

}  // namespace larder::registry
