#include "larder/core/json_builder.hpp"

#include <algorithm>
#include <type_traits>

namespace larder::core {
namespace {

// Up to here an object that keeps its order is searched faster than a set of its keys is made.
constexpr std::size_t kFewKeys = 16;
constexpr std::size_t kMaxShown = 120;

struct Extent {
  std::size_t values = 1, depth = 0;
};

template <class Json>
Extent extentOf(const Json& value) {
  Extent extent;
  if (!value.is_structured()) return extent;
  std::size_t deepest = 0;
  for (const auto& child : value) {
    const auto part = extentOf(child);
    extent.values += part.values;
    deepest = std::max(deepest, part.depth);
  }
  extent.depth = deepest + 1;
  return extent;
}

// A key as a message may show it.
std::string shown(std::string_view key) {
  auto size = std::min(key.size(), kMaxShown);
  // Not within a character of several bytes.
  while (size > 0 && size < key.size() && (static_cast<unsigned char>(key[size]) & 0xc0) == 0x80) --size;
  std::string text;
  for (unsigned char c : key.substr(0, size)) text += c < 0x20 || c == 0x7f ? '?' : static_cast<char>(c);
  return size < key.size() ? text + "…" : text;
}

}  // namespace

template <class Json>
bool JsonBuilder<Json>::begin(Json container) {
  if (levels_.size() >= limits_.depth) return failTooDeep();
  levels_.push_back({std::move(container), {}, {}, nullptr});
  return true;
}

template <class Json>
bool JsonBuilder<Json>::key(std::string name) {
  auto& level = levels_.back();
  level.key = std::move(name);
  if (isNew(level)) return true;
  return fail(ErrorCode::InvalidArgument, "This key appears twice in the same object; remove one of them.");
}

template <class Json>
bool JsonBuilder<Json>::isNew(Level& level) const {
  if constexpr (std::is_same_v<Json, nlohmann::ordered_json>) {
    const auto& object = level.container;
    if (object.size() > kFewKeys) {
      if (level.keys.empty()) {
        for (const auto& [name, value] : object.items()) level.keys.insert(name);
      }
      return level.keys.insert(level.key).second;
    }
  }
  return !level.container.contains(level.key);
}

template <class Json>
bool JsonBuilder<Json>::value(Json value) {
  if (!limits_.fractions && value.is_number_float()) {
    return fail(ErrorCode::InvalidArgument, "This number is not an integer of 64 bits.");
  }
  return count(value) && add(std::move(value));
}

template <class Json>
bool JsonBuilder<Json>::end() {
  auto container = std::move(levels_.back().container);
  levels_.pop_back();
  return countValues(1) && add(std::move(container));
}

template <class Json>
bool JsonBuilder<Json>::count(const Json& value) {
  const auto extent = extentOf(value);
  if (levels_.size() + extent.depth > limits_.depth) return failTooDeep();
  return countValues(extent.values);
}

template <class Json>
bool JsonBuilder<Json>::countValues(std::size_t values) {
  values_ += values;
  if (values_ <= limits_.values) return true;
  return fail(ErrorCode::TooLarge, "There are more than " + std::to_string(limits_.values) + " values.");
}

template <class Json>
bool JsonBuilder<Json>::add(Json value) {
  if (levels_.empty()) {
    root_ = std::move(value);
    return true;
  }
  auto& level = levels_.back();
  if (level.container.is_array()) {
    level.container.push_back(std::move(value));
    level.last = &level.container.back();
  } else if constexpr (std::is_same_v<Json, nlohmann::ordered_json>) {
    // Appended without the search for an equal key, which would make a large object quadratic.
    level.container.template get_ref<typename Json::object_t&>().push_back({level.key, std::move(value)});
    level.last = &level.container.back();
  } else {
    level.last = &(level.container[level.key] = std::move(value));
  }
  return true;
}

template <class Json>
bool JsonBuilder<Json>::failTooDeep() {
  return fail(ErrorCode::TooLarge,
              "Objects and lists are nested more than " + std::to_string(limits_.depth) + " deep.");
}

template <class Json>
bool JsonBuilder<Json>::fail(ErrorCode code, std::string message) {
  failure_ = Error{code, std::move(message), path()};
  return false;
}

template <class Json>
std::string JsonBuilder<Json>::path() const {
  std::string path;
  for (const auto& level : levels_) {
    if (level.container.is_array()) {
      path += '[' + std::to_string(level.container.size()) + ']';
    } else if (!level.key.empty()) {
      if (!path.empty()) path += '.';
      path += shown(level.key);
    }
  }
  return path;
}

template class JsonBuilder<nlohmann::json>;
template class JsonBuilder<nlohmann::ordered_json>;

}  // namespace larder::core
