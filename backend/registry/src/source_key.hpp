// What makes a source: when none of it has changed, a new configuration keeps the source, with its tokens and breaker.
#pragma once

#include <string>

#include "larder/config/config.hpp"
#include "larder/core/digest.hpp"

namespace larder::registry {

// A digest over everything in `config` that bears on the source of `url` in `rule`, credentials included.
core::Digest sourceKey(const config::Config& config, const config::SyncRegistry& rule, const std::string& url);

}  // namespace larder::registry
