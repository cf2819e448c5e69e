// A checked and complete document as the Config that the daemon uses.
#pragma once

#include "fields.hpp"
#include "larder/config/config.hpp"

namespace larder::config {

// `document` has passed check() and the checks of meaning.hpp without errors, and fillDefaults(). Does not read files:
// Sync::credentials stays empty.
Config decode(const Json& document);

// Its parts, one a file.
Storage decodeStorage(const Fields& storage);
Http decodeHttp(const Fields& http);
AccessControl decodeAccessControl(const Fields& access);
Extensions decodeExtensions(const Fields& extensions);
Larder decodeLarder(const Fields& larder);

}  // namespace larder::config
