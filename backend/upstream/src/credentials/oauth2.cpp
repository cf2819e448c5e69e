// The OAuth 2 token endpoint, with a signed assertion as proof of who we are.
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "credentials/jwt.hpp"
#include "credentials/token_service.hpp"
#include "larder/core/json.hpp"

namespace larder::upstream {

using core::ErrorCode;
using core::fail;
using core::Result;

namespace {

constexpr const char* kTokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr const char* kJwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr std::chrono::minutes kAssertionLife{5};

std::string orElse(std::string value, std::string otherwise) {
  return value.empty() ? std::move(otherwise) : std::move(value);
}

// 128 random bits, so that the service can tell a replay.
std::string uniqueId() {
  std::array<unsigned char, 16> raw{};
  RAND_bytes(raw.data(), static_cast<int>(raw.size()));
  return base64Url({reinterpret_cast<const char*>(raw.data()), raw.size()});
}

// Where a link leads counts for nothing: who may put one beside the signing file may put the key there.
bool isBelowDirectoryOf(const std::filesystem::path& file, const std::filesystem::path& path) {
  auto directory = std::filesystem::absolute(file).lexically_normal().parent_path();
  auto inner = std::filesystem::absolute(path).lexically_normal();
  return std::ranges::mismatch(directory, inner).in1 == directory.end();
}

class OAuth2Service final : public TokenService {
 public:
  OAuth2Service(std::shared_ptr<const TokenTools> tools, OAuth2Options options)
      : tools_(std::move(tools)), options_(std::move(options)) {}

  Task<Result<ShortLived>> fetch() override {
    auto assertion =
        options_.signingFile.empty() ? co_await tools_->readFile(options_.assertionFile) : co_await signedAssertion();
    if (!assertion) co_return fail(assertion.error());
    Result<std::string> secret;
    if (!options_.clientSecretFile.empty()) secret = co_await tools_->readFile(options_.clientSecretFile);
    if (!secret) co_return fail(secret.error());
    auto body = co_await tools_->ask(
        {Method::Post, options_.tokenUrl, {kFormType}, form(*assertion, *secret), options_.localAddresses});
    if (!body) co_return fail(body.error());
    co_return readAccessToken(*body, orElse(options_.username, "<token>"), "oauth2CredentialHelper");
  }

 private:
  std::string form(const std::string& assertion, const std::string& secret) const {
    auto grant = orElse(options_.grantType, "client_credentials");
    std::string scopes;
    for (const auto& scope : options_.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
    std::vector<std::pair<std::string, std::string>> fields{
        {"grant_type", grant}, {"client_id", options_.clientId}, {"client_secret", secret}, {"scope", scopes}};
    if (grant == kTokenExchange) {
      fields.emplace_back("subject_token", assertion);
      fields.emplace_back("subject_token_type",
                          orElse(options_.subjectTokenType, "urn:ietf:params:oauth:token-type:jwt"));
      fields.emplace_back("requested_token_type",
                          orElse(options_.requestedTokenType, "urn:ietf:params:oauth:token-type:access_token"));
      fields.emplace_back("audience", options_.audience);
    } else if (grant == kJwtBearer) {
      fields.emplace_back("assertion", assertion);
    } else {
      fields.emplace_back("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      fields.emplace_back("client_assertion", assertion);
    }
    return formBody(fields);
  }

  Task<Result<std::string>> signedAssertion() const {
    auto text = co_await tools_->readFile(options_.signingFile);
    if (!text) co_return fail(text.error());
    auto file = core::parseJson(*text).value_or(nullptr);
    auto field = [&file](const char* name) {
      auto found = file.find(name);
      return found != file.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (!file.is_object() || field("privateKeyFile").empty() || field("algorithm").empty()) {
      co_return fail(
          ErrorCode::InvalidArgument,
          "The signingFile " + options_.signingFile + " must be a JSON object with privateKeyFile and " + "algorithm.",
          options_.signingFile);
    }
    // The configuration names no such file, so that whoever may choose the signing file does not choose any key with
    // it.
    if (!isBelowDirectoryOf(options_.signingFile, field("privateKeyFile"))) {
      co_return fail(ErrorCode::InvalidArgument,
                     "The privateKeyFile of " + options_.signingFile +
                         " must be in the same directory or below it. Move the key there, or link to it.",
                     options_.signingFile);
    }
    auto key = co_await tools_->readFile(field("privateKeyFile"));
    if (!key) co_return fail(key.error());
    auto now = std::chrono::system_clock::now();
    auto seconds = [](auto time) {
      return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    };
    nlohmann::json header{{"alg", field("algorithm")}, {"typ", "JWT"}};
    if (auto id = field("keyId"); !id.empty()) header["kid"] = id;
    nlohmann::json claims{{"iss", orElse(field("issuer"), options_.clientId)},
                          {"sub", orElse(field("subject"), options_.clientId)},
                          {"aud", orElse(field("audience"), options_.tokenUrl)},
                          {"iat", seconds(now)},
                          {"exp", seconds(now + kAssertionLife)},
                          {"jti", uniqueId()}};
    co_return signJwt(header.dump(), claims.dump(), field("algorithm"), *key);
  }

  const std::shared_ptr<const TokenTools> tools_;
  const OAuth2Options options_;
};

}  // namespace

std::unique_ptr<TokenService> makeOAuth2Service(std::shared_ptr<const TokenTools> tools, OAuth2Options options) {
  return std::make_unique<OAuth2Service>(std::move(tools), std::move(options));
}

}  // namespace larder::upstream
