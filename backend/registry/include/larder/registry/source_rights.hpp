// What a source may do that a sync rule asks for. A rule that is saved says all of it itself. One that is only tried
// speaks for whoever sent it: it gets no more than the saved rules have. Pure functions.
#pragma once

#include <string>

#include "larder/config/config.hpp"

namespace larder::registry {

struct SourceRights {
  // The upstream, and the token service of its rule, may be at addresses of this machine, its link or its cloud's
  // metadata service: a saved rule has that host and port.
  bool localUpstream = false;
  bool localTokenService = false;
  // The credentials that are stored for the host may be sent: over https that is verified, or as a saved rule does it.
  bool storedCredentials = false;
};

// Of the source of `url` in `rule`. `saved` is the configuration in force, whether or not it has the rule.
SourceRights rightsOf(const config::Config& saved, const config::SyncRegistry& rule, const std::string& url);

}  // namespace larder::registry
