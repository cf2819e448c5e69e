// The body of a call: a struct of the API, and all that is wrong with it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "admin/problem.hpp"

namespace larder::api::admin {

class InputFaults {
 public:
  static constexpr std::size_t kMaxText = 4096;
  // Of an upstream's credentials; a token may be long.
  static constexpr std::size_t kMaxUpstreamUser = 255, kMaxUpstreamPassword = 16384;

  void wrong(std::string path, std::string message, std::optional<std::string> hint = std::nullopt);
  // A text must not be empty, nor longer.
  void limit(const std::string& path, const std::string& text, std::size_t maxBytes = kMaxText);
  // 422 with all that was wrong.
  std::optional<http::Response> refusal();

 protected:
  InputFaults() = default;
  ~InputFaults() = default;

  std::vector<InputError> faults_;
};

// Members that the struct does not have are refused too, so that a mistyped name is not taken for a default. What is
// said of its content besides comes after, and then refusal() is asked for.
template <class T>
class Input : public InputFaults {
 public:
  explicit Input(const Json& body) : content_(apitypes::decode<T>(body, faults_)) {}

  T& operator*() { return content_; }
  T* operator->() { return &content_; }

 private:
  T content_;
};

}  // namespace larder::api::admin
