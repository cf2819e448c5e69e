#include "local_authenticator.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "larder/runtime/limits.hpp"

namespace larder::auth {

LocalAuthenticator::LocalAuthenticator(const config::Http& http, std::optional<std::vector<HtpasswdEntry>> entries,
                                       const runtime::Clock& clock, runtime::Executor pool, OnRefusal onRefusal,
                                       VerificationLimits limits, std::chrono::milliseconds failDelay,
                                       std::size_t mostDelayed, std::shared_ptr<LoginGuard> guard)
    : identities_(http),
      realm_(http.realm),
      onRefusal_(std::move(onRefusal)),
      certificates_(http, identities_),
      delay_(failDelay, mostDelayed) {
  if (entries) htpasswd_.emplace(std::move(*entries), identities_, clock, std::move(pool), limits, std::move(guard));
}

std::shared_ptr<const Identity> LocalAuthenticator::remembered(const Presented& presented) {
  if (htpasswd_ && !presented.authorization.empty()) return htpasswd_->remembered(presented.authorization);
  auto identity = certificates_.identify(presented.certificateName);
  return identity ? identity : identities_.anonymous();
}

Task<Result<std::shared_ptr<const Identity>>> LocalAuthenticator::authenticate(std::string authorization,
                                                                               std::string certificateName,
                                                                               std::string remoteAddress) {
  auto identity = remembered({authorization, certificateName, remoteAddress});
  if (identity) co_return identity;
  auto verified = co_await htpasswd_->verify(std::move(authorization), std::move(remoteAddress));
  if (!verified && verified.error().code == core::ErrorCode::Unauthorized) {
    onRefusal_("htpasswd");
    co_return core::fail(co_await delay_.apply(std::move(verified.error())));
  }
  co_return verified;
}

std::optional<std::string> LocalAuthenticator::challengeRealm() const {
  if (!htpasswd_) return std::nullopt;
  return realm_;
}

std::optional<Account> LocalAuthenticator::account(std::string_view user) const {
  return htpasswd_ ? htpasswd_->account(user) : std::nullopt;
}

Result<std::shared_ptr<Authenticator>> makeAuthenticator(const config::Config& config, const runtime::Clock& clock,
                                                         runtime::Executor blocking, OnRefusal onRefusal,
                                                         std::shared_ptr<LoginGuard> guard) {
  std::optional<std::vector<HtpasswdEntry>> entries;
  if (const auto& path = config.http.auth.htpasswdPath) {
    auto read = readHtpasswd(*path);
    if (!read) return core::fail(std::move(read.error()));
    if (read->empty()) spdlog::warn("auth.no_users path={} hint=\"Add a user with htpasswd -B.\"", path->string());
    entries = std::move(*read);
  }
  // Hashing is all processor: half of them stay for who serves.
  VerificationLimits limits;
  limits.running = std::max<std::size_t>(1, static_cast<std::size_t>(runtime::processLimits().cpus / 2));
  return std::make_shared<LocalAuthenticator>(config.http, std::move(entries), clock, std::move(blocking),
                                              std::move(onRefusal), limits, config.http.auth.failDelay,
                                              LocalAuthenticator::kMostDelayed, std::move(guard));
}

}  // namespace larder::auth
