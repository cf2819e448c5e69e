#include "console/forms/value.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "larder/core/json.hpp"

namespace console::forms {
namespace {

std::string lower(std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return low;
}

// The key as the object spells it.
std::string findKey(const Json& object, const std::string& key) {
  if (object.contains(key)) return key;
  for (const auto& [name, value] : object.items()) {
    if (lower(name) == lower(key)) return name;
  }
  return key;
}

std::string nameOf(const Key& key) {
  const auto* name = std::get_if<std::string>(&key);
  return name ? *name : std::to_string(std::get<std::size_t>(key));
}

// SIZE_MAX for what is no index.
std::size_t indexOf(const Key& key) {
  if (const auto* index = std::get_if<std::size_t>(&key)) return *index;
  const auto& name = std::get<std::string>(key);
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  return error == std::errc() && end == name.data() + name.size() ? index : SIZE_MAX;
}

std::optional<Json> with(const Json* value, const Path& path, std::size_t at, const std::optional<Json>& next) {
  if (at == path.size()) return next;
  if (value && value->is_array()) {
    Json copy = *value;
    const auto index = indexOf(path[at]);
    auto inner = with(index < copy.size() ? &copy[index] : nullptr, path, at + 1, next);
    if (!inner) {
      if (index < copy.size()) copy.erase(index);
    } else if (index < copy.size()) {
      copy[index] = std::move(*inner);
    } else {
      copy.push_back(std::move(*inner));
    }
    return copy;
  }
  Json copy = value && value->is_object() ? *value : Json::object();
  const auto name = findKey(copy, nameOf(path[at]));
  auto inner = with(copy.contains(name) ? &copy[name] : nullptr, path, at + 1, next);
  if (inner) {
    copy[name] = std::move(*inner);
  } else {
    copy.erase(name);
  }
  return copy;
}

bool isPlainName(const std::string& name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](unsigned char one) { return std::isalnum(one) || one == '_' || one == '-'; });
}

bool isNumber(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char one) { return std::isdigit(one); });
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

Path parsePointer(std::string_view text) {
  Path path;
  while (!text.empty()) {
    text.remove_prefix(1);
    const auto end = std::min(text.find('/'), text.size());
    std::string key(text.substr(0, end));
    replaceAll(key, "~1", "/");
    replaceAll(key, "~0", "~");
    if (isNumber(key)) {
      path.emplace_back(indexOf(key));
    } else {
      path.emplace_back(std::move(key));
    }
    text.remove_prefix(end);
  }
  return path;
}

// The end of the quoted key that begins at `from`, after its closing quote.
std::size_t endOfQuoted(std::string_view text, std::size_t from) {
  for (auto at = from + 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == text[from]) {
      return at + 1;
    }
  }
  return text.size();
}

}  // namespace

const Json* getAt(const Json& value, const Path& path) {
  const Json* at = &value;
  for (const auto& key : path) {
    if (at->is_array()) {
      const auto index = indexOf(key);
      if (index >= at->size()) return nullptr;
      at = &(*at)[index];
    } else if (at->is_object()) {
      const auto found = at->find(findKey(*at, nameOf(key)));
      if (found == at->end()) return nullptr;
      at = &*found;
    } else {
      return nullptr;
    }
  }
  return at;
}

Json setAt(const Json& value, const Path& path, const std::optional<Json>& next) {
  return with(&value, path, 0, next).value_or(Json());
}

bool equal(const Json& a, const Json& b) {
  if (a.is_object() && b.is_object()) {
    if (a.size() != b.size()) return false;
    for (const auto& [key, value] : a.items()) {
      const auto found = b.find(key);
      if (found == b.end() || !equal(value, *found)) return false;
    }
    return true;
  }
  if (a.is_array() && b.is_array()) return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
  return a == b;
}

Json mergePatch(const Json& before, const Json& after) {
  Json patch = Json::object();
  for (const auto& [key, value] : before.items()) {
    if (!after.contains(key)) patch[key] = nullptr;
  }
  for (const auto& [key, value] : after.items()) {
    const auto old = before.find(key);
    if (old != before.end() && equal(*old, value)) continue;
    const bool inside = old != before.end() && old->is_object() && value.is_object();
    patch[key] = inside ? mergePatch(*old, value) : value;
  }
  return patch;
}

Json tidy(const Json& value) {
  if (value.is_array()) {
    Json kept = Json::array();
    for (const auto& one : value) {
      if (!one.is_string() || !one.get_ref<const std::string&>().empty()) kept.push_back(tidy(one));
    }
    return kept;
  }
  if (!value.is_object()) return value;
  Json kept = Json::object();
  for (const auto& [key, one] : value.items()) kept[key] = tidy(one);
  return kept;
}

std::string pathText(const Path& path) {
  std::string text;
  for (const auto& key : path) {
    if (const auto* index = std::get_if<std::size_t>(&key)) {
      text += '[' + std::to_string(*index) + ']';
    } else if (const auto& name = std::get<std::string>(key); !isPlainName(name)) {
      text += '[' + Json(name).dump(-1, ' ', false, Json::error_handler_t::replace) + ']';
    } else {
      text += (text.empty() ? "" : ".") + name;
    }
  }
  return text;
}

Path parsePath(std::string_view text) {
  if (text.starts_with('/')) return parsePointer(text);
  if (text.starts_with('$')) text.remove_prefix(1);
  Path path;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '.' || text[at] == ']') {
      ++at;
    } else if (text[at] == '[' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\'')) {
      const auto end = endOfQuoted(text, at + 1);
      const auto quoted = text.substr(at + 1, end - at - 1);
      if (text[at + 1] == '"') {
        auto key = larder::core::parseOrderedJson(quoted);
        if (key && key->is_string()) path.emplace_back(key->get<std::string>());
      } else if (quoted.size() >= 2) {
        path.emplace_back(std::string(quoted.substr(1, quoted.size() - 2)));
      }
      at = end;
    } else if (text[at] == '[') {
      const auto end = std::min(text.find(']', at), text.size());
      const std::string inside(text.substr(at + 1, end - at - 1));
      if (isNumber(inside)) {
        path.emplace_back(indexOf(inside));
      } else if (!inside.empty()) {
        path.emplace_back(inside);
      }
      at = end;
    } else {
      const auto end = std::min(text.find_first_of(".[]", at), text.size());
      path.emplace_back(std::string(text.substr(at, end - at)));
      at = end;
    }
  }
  return path;
}

Path operator/(const Path& path, Key key) {
  auto longer = path;
  longer.push_back(std::move(key));
  return longer;
}

}  // namespace console::forms
