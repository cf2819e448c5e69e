// How many wrong log-ins are put up with before a password is checked at all.
//
// Each check is charged before it is made, and given back if the password was right: guesses that are made at the same
// time count too. Three allowances, of which a guess must find all that apply to it:
//   - of an account and an address together;
//   - of an address, for all accounts: passwords that are tried on many names;
//   - of an account, for all addresses: many addresses that try one name.
// An address from which someone has logged in to the account in the last 30 days needs the first alone. So whoever
// guesses from elsewhere cannot lock an admin out where they always work. What is no account has its allowance too, so
// that nobody can tell accounts by it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "larder/core/result.hpp"
#include "larder/runtime/address_limits.hpp"
#include "larder/runtime/clock.hpp"

namespace larder::auth {

// Thread-safe, of a fixed size. Lives as long as the daemon, so that a reload forgives nobody.
class LoginGuard {
 public:
  // Told of each log-in that is held up, for a counter: "address" or "account". May be called on any thread.
  using OnHeldUp = std::function<void(std::string_view by)>;

  // `clock` must outlive it.
  LoginGuard(const runtime::Clock& clock, OnHeldUp onHeldUp);

  // Wrong log-ins in a minute for one account and address; three times as many for the others. 0: no limit.
  void limit(std::uint32_t guessesPerMinute);

  struct Attempt {
    runtime::AddressBudgets::Key pair = 0, address = 0, account = 0;
    bool known = false;  // someone has logged in to the account from there
  };
  // Whether someone has logged in to the account from there.
  bool knows(std::string_view account, std::string_view remoteAddress);
  // Before a password is checked. TooManyRequests with the time to wait if there have been too many wrong ones.
  core::Result<Attempt> begin(std::string_view account, std::string_view remoteAddress);
  // The password was right.
  void succeeded(const Attempt& attempt);

 private:
  struct Known {
    runtime::AddressBudgets::Key pair = 0;
    runtime::SteadyTime until{};
  };
  static constexpr std::size_t kWays = 8;

  Known* knownBucket(runtime::AddressBudgets::Key pair);
  bool isKnown(runtime::AddressBudgets::Key pair, runtime::SteadyTime now);
  core::Error heldUp(std::string_view by, std::string_view remoteAddress, std::chrono::nanoseconds wait);

  const runtime::Clock& clock_;
  const OnHeldUp onHeldUp_;
  runtime::AddressBudgets budgets_;
  std::mutex mutex_;
  std::vector<Known> known_;           // under mutex_
  std::uint32_t perMinute_ = 0;        // under mutex_
  runtime::SteadyTime warnAgainAt_{};  // under mutex_
};

}  // namespace larder::auth
