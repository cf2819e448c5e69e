#include "credentials/aws_signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <ctime>

#include "larder/core/digest.hpp"

namespace larder::upstream {
namespace {

std::string hmac(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), out.data(), &size);
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string hex(const std::string& data) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (char c : data) {
    auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string sha256(const std::string& text) {
  return core::Digest::of(text).hex();
}

std::string timestamp(std::chrono::system_clock::time_point now) {
  auto seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  auto size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return {text.data(), size};
}

}  // namespace

void signAwsRequest(AwsRequest& request, const AwsKeys& keys, const std::string& region, const std::string& service,
                    std::chrono::system_clock::time_point now) {
  auto time = timestamp(now);
  auto day = time.substr(0, 8);
  request.headers["x-amz-date"] = time;
  if (!keys.sessionToken.empty()) request.headers["x-amz-security-token"] = keys.sessionToken;

  std::string lines, names;
  for (const auto& [name, value] : request.headers) {
    lines.append(name).append(":").append(value).append("\n");
    names.append(names.empty() ? "" : ";").append(name);
  }
  auto canonical = "POST\n" + request.path + "\n\n" + lines + "\n" + names + "\n" + sha256(request.body);
  auto scope = day + "/" + region + "/" + service + "/aws4_request";
  auto text = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256(canonical);
  auto key = hmac(hmac(hmac(hmac("AWS4" + keys.secret, day), region), service), "aws4_request");
  request.headers["authorization"] = "AWS4-HMAC-SHA256 Credential=" + keys.id + "/" + scope +
                                     ", SignedHeaders=" + names + ", Signature=" + hex(hmac(key, text));
}

}  // namespace larder::upstream
