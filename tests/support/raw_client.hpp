// A blocking TCP client that says exactly what a test tells it to, for what well-behaved clients never send.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace larder::support {

class RawClient {
 public:
  // From an address of this machine.
  explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1")
      : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in source{};
    source.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &source.sin_addr);
    bool bound = ::bind(descriptor_, reinterpret_cast<sockaddr*>(&source), sizeof source) == 0;
    timeval limit{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    connected_ = bound && ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  int descriptor() const { return descriptor_; }

  void send(std::string_view text) {
    while (!text.empty()) {
      auto n = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  // Reads until `text` has been received, the connection ends, or 10 s pass.
  std::string readUntil(std::string_view text) {
    while (received_.find(text) == std::string::npos && readSome()) {
    }
    auto end = received_.find(text);
    auto take = end == std::string::npos ? received_.size() : end + text.size();
    auto result = received_.substr(0, take);
    received_.erase(0, take);
    return result;
  }
  std::string readBytes(std::size_t count) {
    while (received_.size() < count && readSome()) {
    }
    auto result = received_.substr(0, count);
    received_.erase(0, result.size());
    return result;
  }
  // Everything until the server closes the connection.
  std::string readToEnd() {
    while (readSome()) {
    }
    return std::exchange(received_, {});
  }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  bool readSome() {
    char buffer[65536];
    auto n = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  int descriptor_;
  bool connected_ = false;
  std::string received_;
};

}  // namespace larder::support
