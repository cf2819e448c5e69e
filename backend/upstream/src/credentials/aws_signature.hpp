// AWS Signature Version 4 of a POST with a body and no query. Pure.
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace larder::upstream {

struct AwsKeys {
  std::string id;
  std::string secret;
  std::string sessionToken;  // "" for keys that do not expire
};

struct AwsRequest {
  std::string path = "/";
  std::map<std::string, std::string> headers;  // lower-case names, among them host
  std::string body;
};

// Adds x-amz-date, x-amz-security-token where there is one, and authorization to the request's headers.
void signAwsRequest(AwsRequest& request, const AwsKeys& keys, const std::string& region, const std::string& service,
                    std::chrono::system_clock::time_point now);

}  // namespace larder::upstream
