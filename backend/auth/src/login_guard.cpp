#include "larder/auth/login_guard.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <utility>

namespace larder::auth {
namespace {

using runtime::Allowance;
using runtime::ClientNetwork;

constexpr std::size_t kBudgets = 65536;
constexpr std::size_t kKnown = 8192;
constexpr std::chrono::hours kKnownFor{30 * 24};
constexpr unsigned kWider = 3;  // the allowances of an address and of an account, over that of both together
constexpr std::chrono::minutes kWarnEvery{1};

Allowance allowanceOf(std::uint32_t perMinute) {
  if (perMinute == 0) return {};
  return {static_cast<double>(perMinute), std::chrono::nanoseconds(std::chrono::minutes(1)) / perMinute};
}

}  // namespace

LoginGuard::LoginGuard(const runtime::Clock& clock, OnHeldUp onHeldUp)
    : clock_(clock), onHeldUp_(std::move(onHeldUp)), budgets_(kBudgets), known_(kKnown) {}

void LoginGuard::limit(std::uint32_t guessesPerMinute) {
  std::lock_guard lock(mutex_);
  perMinute_ = guessesPerMinute;
}

LoginGuard::Known* LoginGuard::knownBucket(runtime::AddressBudgets::Key pair) {
  return &known_[(pair & (known_.size() / kWays - 1)) * kWays];
}

bool LoginGuard::isKnown(runtime::AddressBudgets::Key pair, runtime::SteadyTime now) {
  auto* first = knownBucket(pair);
  return std::any_of(first, first + kWays, [&](const Known& one) { return one.pair == pair && one.until > now; });
}

core::Error LoginGuard::heldUp(std::string_view by, std::string_view remoteAddress, std::chrono::nanoseconds wait) {
  onHeldUp_(by);
  auto now = clock_.steady();
  if (now >= warnAgainAt_) {
    warnAgainAt_ = now + kWarnEvery;
    spdlog::warn("auth.throttled remote={} by={} hint=\"Too many failed logins; see larder.limits.loginGuesses.\"",
                 remoteAddress, by);
  }
  auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  core::Error error(core::ErrorCode::TooManyRequests,
                    "Too many failed logins. Try again in " + std::to_string(seconds.count()) + " s.");
  error.retryAfter = seconds;
  return error;
}

bool LoginGuard::knows(std::string_view account, std::string_view remoteAddress) {
  auto pair = budgets_.key(ClientNetwork::of(remoteAddress), account);
  std::lock_guard lock(mutex_);
  return isKnown(pair, clock_.steady());
}

core::Result<LoginGuard::Attempt> LoginGuard::begin(std::string_view account, std::string_view remoteAddress) {
  auto network = ClientNetwork::of(remoteAddress);
  auto now = clock_.steady();
  Attempt attempt{budgets_.key(network, account), budgets_.key(network), budgets_.key(account), false};
  std::lock_guard lock(mutex_);
  auto narrow = allowanceOf(perMinute_);
  auto wide = allowanceOf(perMinute_ * kWider);
  attempt.known = isKnown(attempt.pair, now);
  if (auto wait = budgets_.take(attempt.pair, narrow, now)) {
    return core::fail(heldUp("address", remoteAddress, *wait));
  }
  if (attempt.known) return attempt;
  if (auto wait = budgets_.take(attempt.address, wide, now)) {
    budgets_.give(attempt.pair, narrow, now);
    return core::fail(heldUp("address", remoteAddress, *wait));
  }
  if (auto wait = budgets_.take(attempt.account, wide, now)) {
    budgets_.give(attempt.pair, narrow, now);
    budgets_.give(attempt.address, wide, now);
    return core::fail(heldUp("account", remoteAddress, *wait));
  }
  return attempt;
}

void LoginGuard::succeeded(const Attempt& attempt) {
  auto now = clock_.steady();
  std::lock_guard lock(mutex_);
  budgets_.give(attempt.pair, allowanceOf(perMinute_), now);
  if (!attempt.known) {
    auto wide = allowanceOf(perMinute_ * kWider);
    budgets_.give(attempt.address, wide, now);
    budgets_.give(attempt.account, wide, now);
  }
  auto* first = knownBucket(attempt.pair);
  auto* last = first + kWays;
  auto* place = std::find_if(first, last, [&](const Known& one) { return one.pair == attempt.pair; });
  if (place == last) {
    place = std::min_element(first, last, [](const Known& a, const Known& b) { return a.until < b.until; });
  }
  *place = {attempt.pair, now + kKnownFor};
}

}  // namespace larder::auth
