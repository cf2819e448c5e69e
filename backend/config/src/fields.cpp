#include "fields.hpp"

#include "larder/core/regex.hpp"

namespace larder::config {

using std::chrono::milliseconds;

const Json& Fields::at(std::string_view key) const {
  return object_.at(std::string(key));
}

std::vector<std::string> Fields::texts(std::string_view key) const {
  return has(key) ? at(key).get<std::vector<std::string>>() : std::vector<std::string>();
}

milliseconds Fields::duration(std::string_view key) const {
  return std::chrono::ceil<milliseconds>(core::parseDuration(text(key)).value());
}

std::optional<milliseconds> Fields::optionalDuration(std::string_view key) const {
  return has(key) ? std::optional(duration(key)) : std::nullopt;
}

core::Glob Fields::glob(std::string_view key) const {
  return core::Glob::parse(text(key)).value();
}

std::string Fields::regex(std::string_view key) const {
  return core::toRe2(optionalText(key)).value();
}

core::BytesOrPercent Fields::size(std::string_view key) const {
  const auto& value = at(key);
  if (value.is_number()) return value.get<std::uint64_t>();
  return core::parseBytesOrPercent(value.get<std::string>()).value();
}

std::vector<core::Glob> Fields::globs(std::string_view key) const {
  std::vector<core::Glob> globs;
  for (const auto& text : texts(key)) globs.push_back(core::Glob::parse(text).value());
  return globs;
}

std::vector<std::string> Fields::regexes(std::string_view key) const {
  std::vector<std::string> regexes;
  for (const auto& text : texts(key)) regexes.push_back(core::toRe2(text).value());
  return regexes;
}

}  // namespace larder::config
