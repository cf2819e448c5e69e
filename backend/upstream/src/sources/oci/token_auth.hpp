// Log-in at an upstream: bearer tokens as in Docker's token authentication specification, or Basic (RFC 7617).
//
// Learns the scheme from the first challenge that it can meet, and from then on has the token ready before the request.
// Where that no longer works, it learns anew: one repository's odd challenge must not stand in the way of the others.
// Credentials go to the endpoint's own host or to a token server that mayReceiveCredentials() lets through; any other
// token server is asked anonymously.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "larder/core/error.hpp"
#include "larder/runtime/clock.hpp"
#include "larder/runtime/single_flight.hpp"
#include "larder/upstream/endpoint.hpp"
#include "larder/upstream/oci_source.hpp"
#include "sources/oci/challenge.hpp"
#include "transport/local_address.hpp"

namespace larder::upstream {

struct AuthOptions {
  Endpoint endpoint;
  std::function<std::optional<Credentials>()> credentials;
  std::vector<std::string> allowedRealms;
  std::shared_ptr<CredentialHelper> helper;  // asked instead of `credentials`, if there is one
};

// Thread-safe.
class TokenAuth : public std::enable_shared_from_this<TokenAuth> {
 public:
  // GET of `url` with the Authorization value, unless ""; the body of a success. Must not need a log-in itself.
  // `from`: where the challenge that named it came from.
  using Fetch = std::function<Task<Result<std::string>>(std::string url, std::string authorization, Reach from,
                                                        SteadyTime deadline)>;
  static constexpr std::size_t kMaxTokens = 1024;

  TokenAuth(AuthOptions options, Fetch fetch, std::shared_ptr<const runtime::Clock> clock);

  // What a request is sent with at first.
  struct Offer {
    std::string value;  // of Authorization, "" for none
    // The token that could not be had from where tokens came from so far, and why.
    std::string missing;
    std::optional<core::Error> failure;
  };
  // For a request of `scope`. UpstreamLoginRefused if our credentials are refused; other failures are in the offer, as
  // the upstream may name another token server by now.
  Task<Result<Offer>> authorization(std::string scope, SteadyTime deadline);
  // The value to try again with after a 401 to a request that had `offer`; "" if there is nothing else to offer.
  // UpstreamLoginRefused if the token server refuses our credentials; UpstreamDenied if it does not let us read this.
  // `from`: where the challenges came from.
  Task<Result<std::string>> answer(std::vector<Challenge> challenges, Reach from, std::string scope, Offer offer,
                                   SteadyTime deadline);

  // What the upstream itself said to a request with this Authorization value. The error of one that it refuses, as
  // UpstreamLoginRefused; a bearer token that is not enough says nothing about the credentials.
  std::optional<core::Error> judge(const std::string& authorization, int status);
  // Why our credentials are not accepted; nothing as far as is known. The same ones are not tried again for a moment.
  std::optional<core::Error> refusal() const;

 private:
  struct Login {  // where tokens come from
    std::string realm;
    std::string service;
    Reach from = Reach::Public;

    friend bool operator==(const Login&, const Login&) = default;
  };
  struct Refusal {
    std::string credentials;  // the Basic value; "" where a helper has none
    SteadyTime until;
    core::Error error;
  };
  struct Token {
    std::string value;
    SteadyTime expires;
  };

  static std::string key(const Login& login, const std::string& scope);
  std::optional<std::string> cached(const std::string& key) const;
  void store(const std::string& key, Token token);
  void forget(const std::string& key, const std::string& authorization);
  void learn(Login login);
  void unlearn(const Login& login);
  core::Error refused(std::string credentials, const std::string& by);
  void accepted();
  std::optional<core::Error> knownRefusal(const std::string& credentials) const;
  // Whether the token server lets our credentials in at all, as `docker login` finds it out.
  Task<Result<bool>> letsIn(Login login, std::string credentials);
  // The Basic value of our credentials; nothing without any.
  Task<Result<std::optional<std::string>>> basic();
  Task<Result<std::string>> token(Login login, std::string scope, std::string wantedScope, SteadyTime deadline);
  static Task<Result<std::string>> fetchToken(std::shared_ptr<TokenAuth> self, Login login, std::string scope,
                                              std::string wantedScope);
  Result<Token> readToken(const std::string& body, const std::string& realmHost, SteadyTime asked) const;

  const AuthOptions options_;
  const Fetch fetch_;
  const std::shared_ptr<const runtime::Clock> clock_;  // a log-in may outlive the session
  runtime::SingleFlight<std::string, std::string> flights_;
  mutable std::mutex mutex_;
  std::optional<Login> login_;  // the last that gave a token
  bool useBasic_ = false;       // it was accepted
  std::unordered_map<std::string, Token> tokens_;
  std::optional<Refusal> refusal_;
  std::optional<SteadyTime> acceptedAt_;
};

}  // namespace larder::upstream
