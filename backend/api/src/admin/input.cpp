#include "admin/input.hpp"

#include <utility>

namespace larder::api::admin {

Input::Input(const Json& body) : body_(body) {
  if (!body_.is_object()) wrong("", "The body must be a JSON object.");
}

const Json* Input::find(const std::string& name) {
  known_.insert(name);
  if (!body_.is_object()) return nullptr;
  auto found = body_.find(name);
  return found == body_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> Input::optionalText(const std::string& name, std::size_t maxBytes) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_string()) {
    wrong(name, "This must be a text.");
    return std::nullopt;
  }
  auto text = value->get<std::string>();
  if (text.size() <= maxBytes) return text;
  wrong(name, "This is longer than " + std::to_string(maxBytes) + " bytes.");
  return std::nullopt;
}

std::string Input::text(const std::string& name, std::size_t maxBytes) {
  auto before = errors_.size();
  auto text = optionalText(name, maxBytes).value_or("");
  if (text.empty() && errors_.size() == before) wrong(name, "This is missing or empty.");
  return text;
}

bool Input::flag(const std::string& name, bool fallback) {
  const auto* value = find(name);
  if (!value) return fallback;
  if (value->is_boolean()) return value->get<bool>();
  wrong(name, "This must be true or false.");
  return fallback;
}

std::optional<std::uint64_t> Input::optionalNumber(const std::string& name) {
  const auto* value = find(name);
  if (!value) return std::nullopt;
  if (value->is_number_unsigned()) return value->get<std::uint64_t>();
  wrong(name, "This must be a whole number that is not negative.");
  return std::nullopt;
}

const Json& Input::any(const std::string& name) {
  static const Json kNull;
  const auto* value = find(name);
  return value ? *value : kNull;
}

void Input::wrong(std::string path, std::string message, std::string hint) {
  errors_.push_back({std::move(path), std::move(message), std::move(hint)});
}

std::optional<http::Response> Input::refusal() {
  if (body_.is_object()) {
    for (auto it = body_.begin(); it != body_.end(); ++it) {
      if (!known_.contains(it.key())) wrong(it.key(), "This member is not known here.");
    }
  }
  if (errors_.empty()) return std::nullopt;
  return invalidInput(std::move(errors_));
}

}  // namespace larder::api::admin
