// Who is it, and may they? The seams Authenticator and Authorizer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"

namespace larder::auth {

using core::Result;
using runtime::Task;

// Who asks. No name: anonymous.
struct Identity {
  std::string name;
  std::vector<std::string> groups;
  bool isAnonymous() const { return name.empty(); }
};

// Each is given on its own: none implies another. DetectManifestCollision is no permission but a duty: who has it may
// not delete a manifest by digest while several tags point at it. So only a policy gives it, and admins never have it.
enum class Action { Read, Create, Update, Delete, DetectManifestCollision };
const char* toString(Action action);

// What a request brings along.
struct Presented {
  std::string_view authorization;    // the Authorization header, "" if none
  std::string_view certificateName;  // the verified client certificate's common name, "" if none
  std::string_view remoteAddress;
};

// The name in a Basic Authorization header, "" without one. While it is not verified, anyone can have sent it.
std::string claimedName(std::string_view authorization);

// Someone who can log in with a password, as they are now.
struct Account {
  std::shared_ptr<const Identity> identity;
  // Another one after each change of the password. Of this process alone; tells nothing of the password.
  std::uint64_t stamp = 0;
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // The identity if it is known without work: no credentials given (the anonymous, whom the Authorizer judges), a
  // client certificate, or credentials that were verified less than five minutes ago.
  // Called for each request on its io thread: no blocking, no allocation to speak of. Null: call authenticate().
  virtual std::shared_ptr<const Identity> remembered(const Presented& presented) = 0;
  // Verifies. Unauthorized after `failDelay` if the header is malformed, of another scheme than Basic, or wrong;
  // TooManyRequests with retryAfter when too many are being verified or held back. Keep the authenticator until the
  // task has ended.
  virtual Task<Result<std::shared_ptr<const Identity>>> authenticate(std::string authorization,
                                                                     std::string certificateName,
                                                                     std::string remoteAddress) = 0;
  // Whether a 401 may carry a Basic challenge with this realm; nothing if no authentication is configured.
  virtual std::optional<std::string> challengeRealm() const = 0;
  // The account of that name; nothing if there is none, or no longer. Does not block.
  virtual std::optional<Account> account(std::string_view user) const = 0;
};

// A decision with its reason, so that the explain call and the request use the same code.
struct Decision {
  // What decided: a policy, the defaultPolicy or the anonymousPolicy of an entry of `repositories`; that entry, which
  // does not give it; adminPolicy; or none of them, where a sentence says why.
  enum class Source { Policy, DefaultPolicy, AnonymousPolicy, Entry, AdminPolicy, None };

  bool allowed = false;
  // JSON path of the deciding rule: `http.accessControl.repositories["**"].policies[0]`; a sentence where none decides.
  std::string rule;
  Source source = Source::None;
  std::optional<std::size_t> entry = std::nullopt;   // of accessControl.repositories
  std::optional<std::size_t> policy = std::nullopt;  // of the entry's policies
};

class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // For each request; no blocking. Repository "" asks for what is not about one (the API root, _catalog).
  // Reading that is for whoever logs in, and for the anonymous if any anonymousPolicy gives them anything, or if nobody
  // can log in at all.
  virtual bool allows(const Identity& identity, std::string_view repository, Action action) const = 0;
  // What allows() answers, and why. A denial names the entry of `repositories` that decided.
  virtual Decision explain(const Identity& identity, std::string_view repository, Action action) const = 0;
  // The entries of accessControl.repositories whose glob matches, in the order in which they are looked at: the first
  // one alone decides. "" for all entries.
  virtual std::vector<std::size_t> entriesFor(std::string_view repository) const = 0;
  // Whether some repository may be read after a log-in alone, where the anonymous may read others or none.
  virtual bool loginWidensReading() const = 0;
  // Whether the identity may read /metrics: accessControl.metrics names them, or they are in adminPolicy.
  virtual bool allowsMetrics(const Identity& identity) const = 0;
  // Who holds read, create, update and delete by accessControl.adminPolicy or on `**`, and who is in
  // larder.management.admins. Without access control whoever logs in. Never the anonymous, even where nobody can log
  // in.
  virtual bool isAdmin(const Identity& identity) const = 0;
};

}  // namespace larder::auth
