// faulty_upstream.py as a child process: the fake registry, its faults and its counters, from C++ tests.
#pragma once

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/child_process.hpp"
#include "support/raw_client.hpp"

namespace larder::test {

// Only over plain HTTP can it be controlled: a server with TLS takes its faults from a test that has none to set.
class FaultyUpstream {
 public:
  // `options` as the script's docstring lists them. Throws std::runtime_error if it does not start.
  explicit FaultyUpstream(std::vector<std::string> options = {}) : process_(command(std::move(options))) {
    port_ = nlohmann::json::parse(process_.readLine()).at("port").get<std::uint16_t>();
  }

  std::uint16_t port() const { return port_; }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url() const { return "http://" + host(); }
  // The same server under another host name.
  std::string otherUrl() const { return "http://localhost:" + std::to_string(port_); }

  nlohmann::json control(const std::string& call, const nlohmann::json& document) const {
    auto body = document.dump();
    return request("POST /_control/" + call + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  // {"fault": "cut", "kind": "blob", "after": 1000}; see the script.
  void fault(const nlohmann::json& fault) const { control("fault", fault); }
  void configure(const nlohmann::json& keys) const { control("config", keys); }
  void reset() const { control("reset", nlohmann::json::object()); }
  nlohmann::json stats() const { return request("GET /_control/stats HTTP/1.1\r\nHost: x\r\n\r\n"); }

  // How many requests of a kind came: count("GET blob").
  int count(const std::string& what) const { return stats()["requests"].value(what, 0); }
  // The last requests of that kind.
  std::vector<nlohmann::json> requests(std::string_view kind) const {
    std::vector<nlohmann::json> found;
    auto all = stats();
    for (auto& entry : all["last"]) {
      if (entry["kind"] == kind) found.push_back(entry);
    }
    return found;
  }

 private:
  static std::vector<std::string> command(std::vector<std::string> options) {
    std::vector<std::string> words{"python3", LARDER_SOURCE_DIR "/tests/support/faulty_upstream.py", "--until-eof"};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }

  nlohmann::json request(const std::string& text) const {
    support::RawClient client(port_);
    client.send(text);
    auto head = client.readUntil("\r\n\r\n");
    constexpr std::string_view kLength = "Content-Length: ";
    auto at = head.find(kLength);
    if (at == std::string::npos) throw std::runtime_error("the fake registry gave no answer: " + head);
    std::size_t length = 0;
    std::from_chars(head.data() + at + kLength.size(), head.data() + head.size(), length);
    return nlohmann::json::parse(client.readBytes(length));
  }

  ChildProcess process_;
  std::uint16_t port_ = 0;
};

}  // namespace larder::test
