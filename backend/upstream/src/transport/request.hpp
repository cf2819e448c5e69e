// One HTTP request as libcurl is to make it, and the head of the answer.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "transport/local_address.hpp"

namespace larder::upstream {

enum class Method { Get, Head, Post, Put };
const char* toString(Method method);

struct TlsOptions {
  bool verify = true;
  std::filesystem::path caFile;  // trusted besides the system's CAs; empty: those alone
  std::filesystem::path certificate;
  std::filesystem::path key;
};

// Where the body of a success goes. The body of any other answer is dropped.
enum class BodyMode { Collect, Stream };

struct RequestSpec {
  Method method = Method::Get;
  std::string url;
  std::vector<std::string> headers;  // whole lines, "Name: value"
  std::string requestBody;           // of a POST or PUT
  std::shared_ptr<const TlsOptions> tls;
  bool clientCertificate = true;  // whether this host may see the client certificate
  Reach nearest = Reach::Local;   // what it may connect to; what is nearer ends it with Denied
  bool http2 = true;
  std::chrono::milliseconds connectTimeout{3000};
  BodyMode body = BodyMode::Collect;
  std::size_t maxBodyBytes = 64 * 1024;  // Collect: a longer body is a failure
};

class ResponseHead {
 public:
  int status = 0;
  // Of a redirect and of a 401, which name other places: where it came from (reachOfPeer()).
  Reach from = Reach::Public;

  bool isSuccess() const { return status >= 200 && status < 300; }
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  // The first field of that name, in any case.
  std::optional<std::string_view> find(std::string_view name) const;
  std::vector<std::string> findAll(std::string_view name) const;
  std::optional<std::uint64_t> contentLength() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace larder::upstream
