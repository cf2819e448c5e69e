#include "htpasswd_method.hpp"

#include <openssl/rand.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "basic_credentials.hpp"
#include "verdict_table.hpp"

namespace larder::auth {
namespace {

using core::ErrorCode;
using core::fail;

// Fixed, not sliding: a file that changes is seen by a new object at once, so this only bounds how long the memory of
// a password is of use to whoever can read it.
constexpr std::chrono::minutes kRememberedFor{5};
// As long: a client that repeats a wrong password costs nothing, and is not one that guesses.
constexpr std::chrono::minutes kRefusalRememberedFor{5};
constexpr std::size_t kRememberedSlots = 4096;
// Far above a name and a password that can be right; hashing is paid for each request.
constexpr std::size_t kMaxAuthorizationBytes = 4096;
// A queue full of the costliest hashes takes longer: then it is better to say so.
constexpr std::chrono::seconds kVerificationDeadline{30};

Hash128 randomKey() {
  Hash128 key;
  unsigned char bytes[sizeof key];
  if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("OpenSSL could not generate random bytes");
  std::copy_n(bytes, sizeof key.low, reinterpret_cast<unsigned char*>(&key.low));
  std::copy_n(bytes + sizeof key.low, sizeof key.high, reinterpret_cast<unsigned char*>(&key.high));
  return key;
}

// The index of a hash with the kind and the cost that most of them have.
std::uint32_t usualHash(const std::vector<HtpasswdEntry>& entries) {
  std::map<std::pair<HashKind, unsigned>, std::uint32_t> counts;
  std::uint32_t best = 0;
  std::uint32_t bestCount = 0;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    std::uint32_t count = ++counts[{entries[i].hash.kind, entries[i].hash.cost}];
    if (count > bestCount) {
      best = i;
      bestCount = count;
    }
  }
  return best;
}

tl::unexpected<core::Error> unauthorized(const char* message) {
  return fail(ErrorCode::Unauthorized, message);
}

}  // namespace

struct HtpasswdMethod::Accounts {
  Accounts(std::vector<HtpasswdEntry> list, const Identities& identities, const runtime::Clock& c)
      : entries(std::move(list)), usual(usualHash(entries)), clock(c), verdicts(kRememberedSlots, c.steady()) {
    if (entries.size() >= VerdictTable::kMaxUsers) throw std::logic_error("too many users for the verdict table");
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      indexOf.emplace(entries[i].user, i);
      identityOf.push_back(identities.make(entries[i].user));
    }
  }

  // Blocks. An unknown user costs what most users cost: the time must not tell who has an account.
  bool check(const Hash128& key, const BasicCredentials& credentials, const std::string& remoteAddress) {
    auto found = indexOf.find(credentials.user);
    bool known = found != indexOf.end();
    bool right = verifies(entries[known ? found->second : usual].hash, credentials.password) && known;
    auto now = clock.steady();
    if (right) {
      verdicts.put(key, Verdict{found->second}, now, now + kRememberedFor);
    } else {
      verdicts.put(key, Verdict{}, now, now + kRefusalRememberedFor);
      // What a client sends as a name may be a password in the wrong field: only names that exist are logged.
      spdlog::info("auth.refused user=\"{}\" remote={}", known ? found->first : "(unknown)", remoteAddress);
    }
    return right;
  }

  const std::vector<HtpasswdEntry> entries;
  NameMap<std::uint32_t> indexOf;
  std::vector<std::shared_ptr<const Identity>> identityOf;
  const std::uint32_t usual;
  const runtime::Clock& clock;
  VerdictTable verdicts;
};

HtpasswdMethod::HtpasswdMethod(std::vector<HtpasswdEntry> entries, const Identities& identities,
                               const runtime::Clock& clock, runtime::Executor pool, VerificationLimits limits,
                               std::shared_ptr<LoginGuard> guard)
    : accounts_(std::make_shared<Accounts>(std::move(entries), identities, clock)),
      queue_(std::move(pool), limits),
      guard_(std::move(guard)),
      key_(randomKey()) {}

std::shared_ptr<const Identity> HtpasswdMethod::remembered(std::string_view authorization) const {
  if (authorization.size() > kMaxAuthorizationBytes) return nullptr;
  auto verdict = accounts_->verdicts.find(sipHash128(key_, authorization), accounts_->clock.steady());
  return verdict && verdict->user ? accounts_->identityOf[*verdict->user] : nullptr;
}

std::optional<Account> HtpasswdMethod::account(std::string_view user) const {
  auto found = accounts_->indexOf.find(user);
  if (found == accounts_->indexOf.end()) return std::nullopt;
  // Each new hash has a new salt, so that it differs for the same password too.
  auto stamp = std::hash<std::string>{}(accounts_->entries[found->second].hash.text);
  return Account{accounts_->identityOf[found->second], stamp};
}

Task<Result<std::shared_ptr<const Identity>>> HtpasswdMethod::verify(std::string authorization,
                                                                     std::string remoteAddress) {
  constexpr const char* kWrong = "The user name or the password is wrong.";
  auto accounts = accounts_;
  std::optional<BasicCredentials> credentials;
  if (authorization.size() <= kMaxAuthorizationBytes) credentials = parseBasic(authorization);
  if (!credentials) co_return unauthorized("The Authorization header must be Basic with a user name and password.");
  if (accounts->entries.empty()) co_return unauthorized(kWrong);

  Hash128 key = sipHash128(key_, authorization);
  auto found = accounts->indexOf.find(credentials->user);
  auto verdict = accounts->verdicts.find(key, accounts->clock.steady());
  bool right = verdict && verdict->user;
  if (!verdict) {
    auto deadline = std::chrono::steady_clock::now() + kVerificationDeadline;
    // Nothing is charged for credentials that were right when they were last checked.
    bool lapsed = accounts->verdicts.lapsed(key, accounts->clock.steady());
    auto attempt = std::make_shared<std::optional<LoginGuard::Attempt>>();
    Admission admission;
    admission.isKnown = [guard = guard_, lapsed, user = credentials->user, remoteAddress] {
      return lapsed || guard->knows(user, remoteAddress);
    };
    admission.begin = [guard = guard_, attempt, lapsed, user = credentials->user, remoteAddress]() -> Result<void> {
      if (lapsed) return {};
      auto begun = guard->begin(user, remoteAddress);
      if (!begun) return fail(begun.error());
      *attempt = *begun;
      return {};
    };
    auto check = [accounts, guard = guard_, attempt, key, given = std::move(*credentials), remoteAddress] {
      bool isRight = accounts->check(key, given, remoteAddress);
      if (isRight && *attempt) guard->succeeded(**attempt);
      return isRight;
    };
    auto checked = co_await queue_.run(key, remoteAddress, std::move(admission), std::move(check), deadline);
    if (!checked) co_return fail(std::move(checked.error()));
    right = *checked;
  }
  if (!right) co_return unauthorized(kWrong);
  co_return accounts->identityOf[found->second];
}

}  // namespace larder::auth
