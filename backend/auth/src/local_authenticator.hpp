// The authenticator of a configuration: htpasswd, client certificates, both, or neither.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "failure_delay.hpp"
#include "identities.hpp"
#include "larder/auth/auth.hpp"
#include "larder/auth/methods.hpp"
#include "methods/certificate/certificate_identities.hpp"
#include "methods/htpasswd/htpasswd_method.hpp"

namespace larder::auth {

// An Authorization header goes before a certificate. Without htpasswd the header is ignored, as in Zot: clients send
// the credentials that they hold for a host whether or not it asks for them.
class LocalAuthenticator final : public Authenticator {
 public:
  static constexpr std::size_t kMostDelayed = 512;

  // `entries`: the htpasswd file's, nothing if none is configured.
  LocalAuthenticator(const config::Http& http, std::optional<std::vector<HtpasswdEntry>> entries,
                     const runtime::Clock& clock, runtime::Executor pool, OnRefusal onRefusal,
                     VerificationLimits limits, std::chrono::milliseconds failDelay, std::size_t mostDelayed,
                     std::shared_ptr<LoginGuard> guard);

  std::shared_ptr<const Identity> remembered(const Presented& presented) override;
  Task<Result<std::shared_ptr<const Identity>>> authenticate(std::string authorization, std::string certificateName,
                                                             std::string remoteAddress) override;
  std::optional<std::string> challengeRealm() const override;
  std::optional<Account> account(std::string_view user) const override;

 private:
  const Identities identities_;
  const std::string realm_;
  const OnRefusal onRefusal_;
  CertificateIdentities certificates_;
  FailureDelay delay_;
  std::optional<HtpasswdMethod> htpasswd_;
};

}  // namespace larder::auth
