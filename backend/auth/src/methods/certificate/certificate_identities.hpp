// Who a client certificate stands for. The TLS layer has verified it; what is left is the name.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string_view>

#include "identities.hpp"
#include "larder/auth/auth.hpp"
#include "larder/config/config.hpp"

namespace larder::auth {

// Thread-safe. Remembers the identities that it made, a bounded number of them.
class CertificateIdentities {
 public:
  // `identities` must outlive this. Warns of identityAttributes other than CommonName: the certificate's other names do
  // not come this far, and taking the common name in their place could let in someone else.
  CertificateIdentities(const config::Http& http, const Identities& identities);

  // Null if certificates identify nobody here, or this one has no name.
  std::shared_ptr<const Identity> identify(std::string_view commonName);

 private:
  const Identities& identities_;
  const bool enabled_;
  std::shared_mutex mutex_;
  NameMap<std::shared_ptr<const Identity>> known_;
};

}  // namespace larder::auth
