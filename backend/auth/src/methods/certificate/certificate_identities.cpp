#include "certificate_identities.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cctype>
#include <mutex>
#include <string>

#include "larder/auth/configured.hpp"

namespace larder::auth {
namespace {

// A CA may sign any number of names; those of a cluster's nodes fit.
constexpr std::size_t kMostKnown = 4096;

bool isCommonName(std::string_view attribute) {
  std::string lower(attribute);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower == "commonname" || lower == "cn";
}

bool takesCommonName(const config::Http& http) {
  if (!certificatesConfigured(http)) return false;
  const auto& attributes = http.auth.mtls.identityAttributes;
  if (attributes.empty()) return true;
  for (const auto& attribute : attributes) {
    if (isCommonName(attribute)) continue;
    spdlog::warn("auth.identity_attribute_ignored path=http.auth.mtls.identityAttributes attribute=\"{}\" hint=\"{}\"",
                 attribute,
                 isCommonName(attributes.front())
                     ? "The CommonName is used as the user name."
                     : "Put CommonName first: until then client certificates do not log anyone in.");
  }
  return isCommonName(attributes.front());
}

}  // namespace

CertificateIdentities::CertificateIdentities(const config::Http& http, const Identities& identities)
    : identities_(identities), enabled_(takesCommonName(http)) {}

std::shared_ptr<const Identity> CertificateIdentities::identify(std::string_view commonName) {
  if (!enabled_ || commonName.empty()) return nullptr;
  {
    std::shared_lock lock(mutex_);
    auto found = known_.find(commonName);
    if (found != known_.end()) return found->second;
  }
  auto identity = identities_.make(commonName);
  std::lock_guard lock(mutex_);
  if (known_.size() >= kMostKnown) known_.clear();
  return known_.try_emplace(std::string(commonName), std::move(identity)).first->second;
}

}  // namespace larder::auth
