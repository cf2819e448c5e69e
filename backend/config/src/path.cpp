#include "path.hpp"

#include <limits>

#include "text.hpp"

namespace larder::config {

Path Path::operator/(std::string_view key) const {
  Path path = *this;
  path.steps_.emplace_back(Key{std::string(key), false});
  return path;
}

Path Path::entry(std::string_view name) const {
  Path path = *this;
  path.steps_.emplace_back(Key{std::string(name), true});
  return path;
}

Path Path::operator[](std::size_t index) const {
  Path path = *this;
  path.steps_.emplace_back(index);
  return path;
}

std::string Path::toString() const {
  std::string text;
  for (const auto& step : steps_) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      text += '[' + std::to_string(*index) + ']';
    } else if (const auto& key = std::get<Key>(step); key.quoted) {
      text += '[' + quote(key.text) + ']';
    } else {
      if (!text.empty()) text += '.';
      text += printable(key.text);
    }
  }
  return text;
}

std::vector<std::size_t> Path::position(const Json& document) const {
  constexpr auto kMissing = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> position;
  const Json* at = &document;
  for (const auto& step : steps_) {
    std::size_t found = kMissing;
    const Json* next = nullptr;
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      // A value in the place of a list of one is the list's element.
      if (!at->is_array()) continue;
      if (*index < at->size()) {
        found = *index;
        next = &(*at)[*index];
      }
    } else if (at->is_object()) {
      const auto& key = std::get<Key>(step);
      std::size_t i = 0;
      for (auto it = at->begin(); it != at->end(); ++it, ++i) {
        if (key.quoted ? it.key() == key.text : equalIgnoringCase(it.key(), key.text)) {
          found = i;
          next = &*it;
          break;
        }
      }
    }
    position.push_back(found);
    if (next == nullptr) break;
    at = next;
  }
  return position;
}

}  // namespace larder::config
