// Short-lived credentials from a cloud's token service instead of a password in a file (credentialHelper).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "larder/core/result.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/upstream/oci_source.hpp"

namespace larder::upstream {

// Thread-safe.
class CredentialHelper {
 public:
  virtual ~CredentialHelper() = default;
  // Those in force, fetched when there are none or when the old ones are about to expire; one fetch for all who ask at
  // once. Ends by its own deadline. UpstreamDenied if the service refuses us, UpstreamUnavailable if it is away,
  // InvalidArgument if something is missing here.
  virtual runtime::Task<core::Result<Credentials>> credentials() = 0;
};

// oauth2CredentialHelper: an access token for a signed assertion (RFC 6749 section 4.4 with RFC 7523, or RFC 8693).
struct OAuth2Options {
  std::string tokenUrl;
  bool localAddresses = true;  // as in EndpointOptions, of the token URL
  std::string assertionFile;   // a JWT that somebody else renews, or
  std::string signingFile;     // JSON with claims to sign one with, and the path of a key below its own directory
  std::string grantType;       // "": client_credentials
  std::string clientId;
  std::string clientSecretFile;
  std::vector<std::string> scopes;
  std::string username;  // that goes with the token; "": "<token>"
  // For the token exchange alone.
  std::string audience, subjectTokenType, requestedTokenType;
};

struct CredentialHelperOptions {
  std::string kind;  // "ecr", "gcp" or "oauth2"
  std::string url;   // of the registry: "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com"
  OAuth2Options oauth2;
  // The value of an environment variable, "" if it is not set: where the clouds' own tools find who they are. Called on
  // the blocking pool.
  std::function<std::string(const char* name)> environment;
};

// What ecr and gcp give is for the registries of their clouds alone (core/cloud_hosts.hpp): for any other URL, and for
// http, the helper answers with InvalidArgument and fetches nothing. `client` must come from makeHttpClient(). Files
// are read on `blocking`. Throws std::invalid_argument for an unknown kind.
std::shared_ptr<CredentialHelper> makeCredentialHelper(std::shared_ptr<HttpClient> client, runtime::Executor blocking,
                                                       CredentialHelperOptions options);

}  // namespace larder::upstream
