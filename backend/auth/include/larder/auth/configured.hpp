// Which ways to log in a configuration has.
#pragma once

#include "larder/config/config.hpp"

namespace larder::auth {

// A CA for client certificates is enough: whoever shows one that it signed is known by it, as in Zot.
inline bool certificatesConfigured(const config::Http& http) {
  return http.auth.mtls.enabled || (http.tls && !http.tls->cacert.empty());
}

inline bool authenticationConfigured(const config::Http& http) {
  return http.auth.htpasswdPath.has_value() || certificatesConfigured(http);
}

}  // namespace larder::auth
