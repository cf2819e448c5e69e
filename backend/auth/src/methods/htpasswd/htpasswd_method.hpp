// Log-in by name and password against an htpasswd file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "htpasswd_file.hpp"
#include "identities.hpp"
#include "larder/auth/auth.hpp"
#include "larder/auth/login_guard.hpp"
#include "larder/runtime/clock.hpp"
#include "siphash.hpp"
#include "verification_queue.hpp"

namespace larder::auth {

// Thread-safe. Knows the file as it was when this was made: a new one replaces it, and with it all that is remembered.
class HtpasswdMethod {
 public:
  // `identities` is used here only; `clock` must outlive the pool.
  HtpasswdMethod(std::vector<HtpasswdEntry> entries, const Identities& identities, const runtime::Clock& clock,
                 runtime::Executor pool, VerificationLimits limits, std::shared_ptr<LoginGuard> guard);

  // Who sends this Authorization header, if that was found out less than kRememberedFor ago; else null. Neither blocks
  // nor allocates.
  std::shared_ptr<const Identity> remembered(std::string_view authorization) const;

  // Verifies the header. Unauthorized if it is no Basic one, or the user or the password is wrong; which of the two is
  // told neither by the message nor by the time it takes. TooManyRequests when too many are being verified, or were
  // wrong.
  Task<Result<std::shared_ptr<const Identity>>> verify(std::string authorization, std::string remoteAddress);

  std::optional<Account> account(std::string_view user) const;

 private:
  struct Accounts;

  // Shared with the checks on the pool, which may end after this has gone.
  std::shared_ptr<Accounts> accounts_;
  VerificationQueue queue_;
  const std::shared_ptr<LoginGuard> guard_;
  const Hash128 key_;  // random, of this process alone
};

}  // namespace larder::auth
