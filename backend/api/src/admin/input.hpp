// Reads the members of a JSON body, and collects what is wrong with them.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "admin/problem.hpp"

namespace larder::api::admin {

// Read all members, then ask refusal(): a member that nobody asked for is refused too, so that a mistyped name is not
// taken for a default. `body` must outlive this.
class Input {
 public:
  static constexpr std::size_t kMaxText = 4096;

  explicit Input(const Json& body);

  // A text that is there and not empty.
  std::string text(const std::string& name, std::size_t maxBytes = kMaxText);
  std::optional<std::string> optionalText(const std::string& name, std::size_t maxBytes = kMaxText);
  bool flag(const std::string& name, bool fallback);
  std::optional<std::uint64_t> optionalNumber(const std::string& name);
  // Any value; null if it is not there.
  const Json& any(const std::string& name);
  void wrong(std::string path, std::string message, std::string hint = {});

  // 422 with all that was wrong.
  std::optional<http::Response> refusal();

 private:
  const Json* find(const std::string& name);

  const Json& body_;
  std::set<std::string, std::less<>> known_;
  std::vector<InputError> errors_;
};

}  // namespace larder::api::admin
