// Amazon ECR: GetAuthorizationToken, one signed POST.
#include <openssl/evp.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "credentials/aws_identity.hpp"
#include "credentials/token_service.hpp"
#include "larder/core/cloud_hosts.hpp"
#include "larder/core/json.hpp"
#include "sources/oci/credential_scope.hpp"

namespace larder::upstream {

using core::ErrorCode;
using core::fail;
using core::Result;

namespace {

// RFC 4648, section 4, padded; "" for what is none.
std::string decodeBase64(const std::string& text) {
  std::string data(text.size(), '\0');
  auto size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(data.data()),
                              reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return {};
  auto padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  data.resize(static_cast<std::size_t>(size - padding));
  return data;
}

class EcrService final : public TokenService {
 public:
  EcrService(std::shared_ptr<const TokenTools> tools, std::string host)
      : tools_(std::move(tools)), host_(std::move(host)) {}

  Task<Result<ShortLived>> fetch() override {
    auto region = core::ecrRegion(host_);
    for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
      if (region.empty()) region = tools_->environment(name);
    }
    if (region.empty()) {
      co_return fail(ErrorCode::InvalidArgument, host_ + " does not contain an AWS region. Set AWS_REGION.", host_);
    }
    auto keys = co_await findAwsKeys(tools_, region);
    if (!keys) co_return fail(keys.error());
    auto url = endpoint(region);
    auto target = splitUrl(url);
    if (!target) co_return fail(ErrorCode::InvalidArgument, "AWS_ENDPOINT_URL is not an http or https URL.");

    AwsRequest request;
    request.body = "{}";
    request.headers = {{"content-type", "application/x-amz-json-1.1"},
                       {"host", hostField(url)},
                       {"x-amz-target", "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"}};
    signAwsRequest(request, *keys, region, "ecr", std::chrono::system_clock::now());
    std::vector<std::string> headers;
    headers.reserve(request.headers.size());
    for (const auto& [name, value] : request.headers) headers.emplace_back(name).append(": ").append(value);
    auto body = co_await tools_->ask({Method::Post, url + "/", std::move(headers), request.body});
    if (!body) co_return fail(body.error());
    co_return readAnswer(*body);
  }

 private:
  std::string endpoint(const std::string& region) const {
    for (const char* name : {"AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL"}) {
      auto url = tools_->environment(name);
      while (url.ends_with('/')) url.pop_back();
      if (!url.empty()) return url;
    }
    return "https://api.ecr." + region + (region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
  }

  // As the HTTP client will send it.
  static std::string hostField(const std::string& url) {
    auto rest = url.substr(url.find("://") + 3);
    return rest.substr(0, rest.find('/'));
  }

  Result<ShortLived> readAnswer(const std::string& body) const {
    auto answer = core::parseJson(body).value_or(nullptr);
    auto wrong = [this] {
      return fail(ErrorCode::UpstreamInvalid, "The ECR response has no authorization token.", host_);
    };
    if (!answer.is_object() || !answer.contains("authorizationData")) return wrong();
    const auto& data = answer["authorizationData"];
    if (!data.is_array() || data.empty() || !data[0].is_object()) return wrong();
    auto token = data[0].find("authorizationToken");
    if (token == data[0].end() || !token->is_string()) return wrong();
    auto pair = decodeBase64(token->get<std::string>());
    auto colon = pair.find(':');
    if (colon == std::string::npos) return wrong();
    std::chrono::seconds life = std::chrono::hours(12);
    auto expires = data[0].find("expiresAt");
    if (expires != data[0].end() && expires->is_number()) {
      auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
      auto left = std::chrono::duration<double>(expires->get<double>()) - now;
      life = std::chrono::duration_cast<std::chrono::seconds>(
          std::clamp(left, std::chrono::duration<double>(0), std::chrono::duration<double>(life)));
    }
    return ShortLived{{pair.substr(0, colon), pair.substr(colon + 1)}, life};
  }

  const std::shared_ptr<const TokenTools> tools_;
  const std::string host_;
};

}  // namespace

std::unique_ptr<TokenService> makeEcrService(std::shared_ptr<const TokenTools> tools, std::string host) {
  return std::make_unique<EcrService>(std::move(tools), std::move(host));
}

}  // namespace larder::upstream
