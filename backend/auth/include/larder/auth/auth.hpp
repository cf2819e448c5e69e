// Who is it, and may they? The seams Authenticator and Authorizer.
#pragma once

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

enum class Action { Read, Create, Update, Delete, DetectManifestCollision };
const char* toString(Action action);

// What a request brings along.
struct Presented {
  std::string_view authorization;      // the Authorization header, "" if none
  std::string_view certificateName;    // the verified client certificate's common name, "" if none
  std::string_view remoteAddress;
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // The identity if it is known without work: no credentials given, or ones that were verified a short while ago.
  // Called for each request on its io thread: no blocking, no allocation to speak of. Null: call authenticate().
  virtual std::shared_ptr<const Identity> remembered(const Presented& presented) = 0;
  // Verifies. Unauthorized after `failDelay` if it does not know who it is.
  virtual Task<Result<std::shared_ptr<const Identity>>> authenticate(std::string authorization,
                                                                     std::string certificateName,
                                                                     std::string remoteAddress) = 0;
  // Whether a 401 may carry a Basic challenge with this realm; nothing if no authentication is configured.
  virtual std::optional<std::string> challengeRealm() const = 0;
};

// A decision with its reason, so that the explain call and the request use the same code.
struct Decision {
  bool allowed = false;
  std::string rule;  // JSON path of the deciding rule: "http.accessControl.repositories[\"**\"].policies[0]"
};

class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // For each request; no blocking. Repository "" asks for what is not about one (the API root, _catalog).
  virtual bool allows(const Identity& identity, std::string_view repository, Action action) const = 0;
  virtual Decision explain(const Identity& identity, std::string_view repository, Action action) const = 0;
  // Whether the identity may read /metrics (accessControl.metrics).
  virtual bool allowsMetrics(const Identity& identity) const = 0;
  virtual bool isAdmin(const Identity& identity) const = 0;
};

}  // namespace larder::auth
