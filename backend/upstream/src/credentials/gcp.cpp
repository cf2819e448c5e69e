// Google's application default credentials: the file that GOOGLE_APPLICATION_CREDENTIALS names, else the metadata
// server of the machine or pod. The access token is the password of "oauth2accesstoken".
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

constexpr const char* kScope = "https://www.googleapis.com/auth/cloud-platform";
constexpr const char* kUser = "oauth2accesstoken";
constexpr const char* kService = "credentialHelper gcp";

std::string textAt(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) return {};
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

class GcpService final : public TokenService {
 public:
  explicit GcpService(std::shared_ptr<const TokenTools> tools) : tools_(std::move(tools)) {}

  Task<Result<ShortLived>> fetch() override {
    auto path = tools_->environment("GOOGLE_APPLICATION_CREDENTIALS");
    if (path.empty()) co_return co_await fromMetadataServer();
    auto text = co_await tools_->readFile(path);
    if (!text) co_return fail(text.error());
    auto file = core::parseJson(*text).value_or(nullptr);
    auto type = textAt(file, "type");
    if (type == "service_account") co_return co_await fromServiceAccount(file);
    if (type == "external_account") co_return co_await fromExternalAccount(file);
    if (type == "authorized_user") co_return co_await fromRefreshToken(file);
    co_return fail(
        ErrorCode::InvalidArgument,
        "The type of the credentials in " + path + " must be service_account, external_account or authorized_user.",
        path);
  }

 private:
  Task<Result<ShortLived>> fromMetadataServer() const {
    auto host = tools_->environment("GCE_METADATA_HOST");
    if (host.empty()) host = "metadata.google.internal";
    auto url = "http://" + host + "/computeMetadata/v1/instance/service-accounts/default/token";
    return exchange({Method::Get, std::move(url), {"Metadata-Flavor: Google"}, ""});
  }

  // RFC 7523, section 2.1.
  Task<Result<ShortLived>> fromServiceAccount(nlohmann::json file) const {
    auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    auto url = textAt(file, "token_uri");
    if (url.empty()) url = "https://oauth2.googleapis.com/token";
    nlohmann::json header{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", textAt(file, "private_key_id")}};
    nlohmann::json claims{{"iss", textAt(file, "client_email")},
                          {"scope", kScope},
                          {"aud", url},
                          {"iat", now.count()},
                          {"exp", now.count() + 3600}};
    auto assertion = signJwt(header.dump(), claims.dump(), "RS256", textAt(file, "private_key"));
    if (!assertion) co_return fail(assertion.error());
    auto form = formBody({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", *assertion}});
    co_return co_await exchange({Method::Post, std::move(url), {kFormType}, std::move(form)});
  }

  Task<Result<ShortLived>> fromRefreshToken(const nlohmann::json& file) const {
    auto url = textAt(file, "token_uri");
    if (url.empty()) url = "https://oauth2.googleapis.com/token";
    auto form = formBody({{"grant_type", "refresh_token"},
                          {"client_id", textAt(file, "client_id")},
                          {"client_secret", textAt(file, "client_secret")},
                          {"refresh_token", textAt(file, "refresh_token")}});
    return exchange({Method::Post, std::move(url), {kFormType}, std::move(form)});
  }

  // Workload identity federation (RFC 8693) with the identity's token in a file.
  Task<Result<ShortLived>> fromExternalAccount(nlohmann::json file) const {
    auto source = file.value("credential_source", nlohmann::json::object());
    auto path = textAt(source, "file");
    if (path.empty()) {
      co_return fail(ErrorCode::InvalidArgument, "An external_account needs a file as its credential_source.");
    }
    auto subject = co_await tools_->readFile(path);
    if (!subject) co_return fail(subject.error());
    auto format = source.is_object() ? source.value("format", nlohmann::json::object()) : nlohmann::json::object();
    if (textAt(format, "type") == "json") {
      subject = textAt(core::parseJson(*subject).value_or(nullptr), textAt(format, "subject_token_field_name").c_str());
    }
    auto form = formBody({{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                          {"audience", textAt(file, "audience")},
                          {"scope", kScope},
                          {"requested_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                          {"subject_token_type", textAt(file, "subject_token_type")},
                          {"subject_token", *subject}});
    auto federated = co_await exchange({Method::Post, textAt(file, "token_url"), {kFormType}, std::move(form)});
    auto impersonation = textAt(file, "service_account_impersonation_url");
    if (!federated || impersonation.empty()) co_return federated;
    co_return co_await impersonate(std::move(impersonation), federated->credentials.password);
  }

  Task<Result<ShortLived>> impersonate(std::string url, std::string token) const {
    nlohmann::json wanted{{"scope", {kScope}}, {"lifetime", "3600s"}};
    auto body = co_await tools_->ask({Method::Post,
                                      std::move(url),
                                      {"Content-Type: application/json", "Authorization: Bearer " + token},
                                      wanted.dump()});
    if (!body) co_return fail(body.error());
    auto access = textAt(core::parseJson(*body).value_or(nullptr), "accessToken");
    if (access.empty()) {
      co_return fail(ErrorCode::UpstreamInvalid, "The service account impersonation returned no access token.");
    }
    co_return ShortLived{{kUser, std::move(access)}, std::chrono::hours(1)};
  }

  Task<Result<ShortLived>> exchange(TokenRequest request) const {
    auto body = co_await tools_->ask(std::move(request));
    if (!body) co_return fail(body.error());
    co_return readAccessToken(*body, kUser, kService);
  }

  const std::shared_ptr<const TokenTools> tools_;
};

}  // namespace

std::unique_ptr<TokenService> makeGcpService(std::shared_ptr<const TokenTools> tools) {
  return std::make_unique<GcpService>(std::move(tools));
}

}  // namespace larder::upstream
