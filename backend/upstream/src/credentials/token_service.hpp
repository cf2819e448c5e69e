// What a credential helper is made of: a service that gives credentials for a while, and the means to ask it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "larder/runtime/task.hpp"
#include "larder/upstream/credential_helper.hpp"
#include "transport/http_client.hpp"
#include "transport/request.hpp"

namespace larder::upstream {

using runtime::Task;

struct ShortLived {
  Credentials credentials;
  std::chrono::seconds life{0};  // from when they were asked for
};

// Called by one coroutine at a time.
class TokenService {
 public:
  virtual ~TokenService() = default;
  virtual Task<core::Result<ShortLived>> fetch() = 0;
};

struct TokenRequest {
  Method method = Method::Get;
  std::string url;
  std::vector<std::string> headers;  // whole lines
  std::string body;
  // Whether the service may be at an address of this machine, its link or its cloud's metadata: the clouds' own are.
  bool localAddresses = true;
};

// Failures name the service's host, never what was sent or answered: both hold secrets. Thread-safe.
class TokenTools {
 public:
  TokenTools(const std::shared_ptr<CurlHttpClient>& client, runtime::Executor blocking,
             std::function<std::string(const char*)> environment);

  // The body of a success.
  Task<core::Result<std::string>> ask(TokenRequest request) const;
  // A small text file without the white space at its ends. InvalidArgument if it cannot be read.
  Task<core::Result<std::string>> readFile(std::string path) const;
  std::string environment(const char* name) const { return environment_(name); }

 private:
  const std::shared_ptr<CurlMulti> multi_;
  const runtime::Executor blocking_;
  const std::function<std::string(const char*)> environment_;
};

// "a=1&b=2" of names and values, without those whose value is empty (application/x-www-form-urlencoded).
std::string formBody(const std::vector<std::pair<std::string, std::string>>& fields);
inline constexpr const char* kFormType = "Content-Type: application/x-www-form-urlencoded";

// access_token and expires_in of an OAuth 2 answer (RFC 6749, section 5.1) as credentials of `username`.
core::Result<ShortLived> readAccessToken(const std::string& body, std::string username, const std::string& service);

std::unique_ptr<TokenService> makeEcrService(std::shared_ptr<const TokenTools> tools, std::string host);
std::unique_ptr<TokenService> makeGcpService(std::shared_ptr<const TokenTools> tools);
std::unique_ptr<TokenService> makeOAuth2Service(std::shared_ptr<const TokenTools> tools, OAuth2Options options);

}  // namespace larder::upstream
