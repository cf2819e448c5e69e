// Reads members of a document that is checked and complete. What the schema promises and is not there is a bug, and
// throws.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "larder/config/json.hpp"
#include "larder/core/glob.hpp"
#include "larder/core/units.hpp"

namespace larder::config {

class Fields {
 public:
  // `object` must outlive this.
  explicit Fields(const Json& object) : object_(object) {}

  bool has(std::string_view key) const { return member(&object_, key) != nullptr; }
  Fields in(std::string_view key) const { return Fields(at(key)); }
  const Json& at(std::string_view key) const;

  bool flag(std::string_view key) const { return at(key).get<bool>(); }
  template <class T>
  T number(std::string_view key) const {
    return at(key).get<T>();
  }
  template <class T>
  std::optional<T> optionalNumber(std::string_view key) const {
    return has(key) ? std::optional<T>(number<T>(key)) : std::nullopt;
  }
  std::string text(std::string_view key) const { return at(key).get<std::string>(); }
  // "" if it is not there.
  std::string optionalText(std::string_view key) const { return has(key) ? text(key) : std::string(); }
  // Empty if it is not there.
  std::vector<std::string> texts(std::string_view key) const;
  // Rounded up, so that something does not become nothing.
  std::chrono::milliseconds duration(std::string_view key) const;
  std::optional<std::chrono::milliseconds> optionalDuration(std::string_view key) const;
  core::Glob glob(std::string_view key) const;
  // In RE2's spelling; "" if it is not there.
  std::string regex(std::string_view key) const;
  core::BytesOrPercent size(std::string_view key) const;
  std::vector<core::Glob> globs(std::string_view key) const;
  std::vector<std::string> regexes(std::string_view key) const;

 private:
  const Json& object_;
};

}  // namespace larder::config
