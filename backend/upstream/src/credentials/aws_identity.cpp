#include "credentials/aws_identity.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "larder/core/json.hpp"
#include "text.hpp"

namespace larder::upstream {

using core::ErrorCode;
using core::fail;
using core::Result;

namespace {

using Tools = std::shared_ptr<const TokenTools>;

std::string textOf(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) return {};
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<AwsKeys> readKeys(const nlohmann::json& object, const char* secretName, const char* tokenName) {
  AwsKeys keys{textOf(object, "AccessKeyId"), textOf(object, secretName), textOf(object, tokenName)};
  if (keys.id.empty() || keys.secret.empty()) {
    return fail(ErrorCode::UpstreamInvalid, "The AWS response has no access keys.");
  }
  return keys;
}

Task<Result<AwsKeys>> fromWebIdentity(Tools tools, std::string region) {
  auto token = co_await tools->readFile(tools->environment("AWS_WEB_IDENTITY_TOKEN_FILE"));
  if (!token) co_return fail(token.error());
  auto url = tools->environment("AWS_ENDPOINT_URL_STS");
  if (url.empty()) url = tools->environment("AWS_ENDPOINT_URL");
  if (url.empty()) {
    url = "https://sts." + region + (region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
  }
  auto session = tools->environment("AWS_ROLE_SESSION_NAME");
  auto form = formBody({{"Action", "AssumeRoleWithWebIdentity"},
                        {"Version", "2011-06-15"},
                        {"RoleArn", tools->environment("AWS_ROLE_ARN")},
                        {"RoleSessionName", session.empty() ? "larderd" : session},
                        {"WebIdentityToken", *token}});
  auto body = co_await tools->ask({Method::Post, url + "/", {kFormType}, std::move(form)});
  if (!body) co_return fail(body.error());
  auto answer = core::parseJson(*body).value_or(nullptr);
  for (const char* level : {"AssumeRoleWithWebIdentityResponse", "AssumeRoleWithWebIdentityResult", "Credentials"}) {
    answer = answer.is_object() && answer.contains(level) ? nlohmann::json(answer[level]) : nlohmann::json();
  }
  co_return readKeys(answer, "SecretAccessKey", "SessionToken");
}

Task<Result<AwsKeys>> fromContainer(Tools tools, std::string url) {
  auto authorization = tools->environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (auto path = tools->environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"); !path.empty()) {
    auto read = co_await tools->readFile(path);
    if (!read) co_return fail(read.error());
    authorization = *read;
  }
  std::vector<std::string> headers;
  if (!authorization.empty()) headers.push_back("Authorization: " + authorization);
  auto body = co_await tools->ask({Method::Get, std::move(url), std::move(headers), ""});
  if (!body) co_return fail(body.error());
  co_return readKeys(core::parseJson(*body).value_or(nullptr), "SecretAccessKey", "Token");
}

Task<Result<AwsKeys>> fromMachine(Tools tools) {
  auto base = tools->environment("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (base.empty()) base = "http://169.254.169.254";
  while (base.ends_with('/')) base.pop_back();
  auto token =
      co_await tools->ask({Method::Put, base + "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds: 300"}, ""});
  if (!token) {
    co_return fail(ErrorCode::InvalidArgument,
                   "No AWS identity found: no keys in the environment and no IAM role for the pod or machine. " +
                       token.error().message);
  }
  std::vector<std::string> headers{"X-aws-ec2-metadata-token: " + *token};
  auto roles = base + "/latest/meta-data/iam/security-credentials/";
  auto role = co_await tools->ask({Method::Get, roles, headers, ""});
  if (!role) co_return fail(role.error());
  auto name = std::string(trim(role->substr(0, role->find('\n'))));
  auto body = co_await tools->ask({Method::Get, roles + percentEncode(name), headers, ""});
  if (!body) co_return fail(body.error());
  co_return readKeys(core::parseJson(*body).value_or(nullptr), "SecretAccessKey", "Token");
}

}  // namespace

Task<Result<AwsKeys>> findAwsKeys(Tools tools, std::string region) {
  AwsKeys own{tools->environment("AWS_ACCESS_KEY_ID"), tools->environment("AWS_SECRET_ACCESS_KEY"),
              tools->environment("AWS_SESSION_TOKEN")};
  if (!own.id.empty() && !own.secret.empty()) co_return own;
  if (!tools->environment("AWS_WEB_IDENTITY_TOKEN_FILE").empty()) {
    co_return co_await fromWebIdentity(tools, std::move(region));
  }
  if (auto path = tools->environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); !path.empty()) {
    co_return co_await fromContainer(tools, "http://169.254.170.2" + path);
  }
  if (auto url = tools->environment("AWS_CONTAINER_CREDENTIALS_FULL_URI"); !url.empty()) {
    co_return co_await fromContainer(tools, std::move(url));
  }
  co_return co_await fromMachine(tools);
}

}  // namespace larder::upstream
