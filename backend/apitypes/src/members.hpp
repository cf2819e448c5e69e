// How members are written and read, and the macros that make a struct's to_json() and from_json() out of their names.
// A member has the same name in C++ and in JSON.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "larder/apitypes/basics.hpp"

namespace larder::apitypes {

// The words of an enumeration. The first value is Unknown.
template <class Enum>
struct Words;

template <class T>
struct MayBeLeftOut : std::false_type {};
template <class T>
struct MayBeLeftOut<std::optional<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsOptional<Nullable<T>> : std::true_type {};
template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

template <class T>
Json toValue(const T& value) {
  if constexpr (IsOptional<T>::value) {
    return value ? toValue(*value) : Json(nullptr);
  } else if constexpr (IsList<T>::value) {
    Json array = Json::array();
    for (const auto& item : value) array.push_back(toValue(item));
    return array;
  } else if constexpr (IsMap<T>::value) {
    Json object = Json::object();
    for (const auto& [key, item] : value) object[key] = toValue(item);
    return object;
  } else if constexpr (std::is_enum_v<T>) {
    return Words<T>::kWords.at(static_cast<std::size_t>(value));
  } else if constexpr (std::is_same_v<T, Time>) {
    return formatTime(value);
  } else if constexpr (std::is_same_v<T, Json> || std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
    return value;
  } else {
    Json object;
    to_json(object, value);
    return object;
  }
}

template <class T>
void fromValue(const Json& json, T& value);

template <class T>
void readList(const Json& json, std::vector<T>& list) {
  if (!json.is_array()) throw ShapeError("", "must be an array");
  list.clear();
  list.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    try {
      fromValue(json[i], list.emplace_back());
    } catch (const ShapeError& error) {
      throw error.within("[" + std::to_string(i) + "]");
    }
  }
}

template <class T>
void readMap(const Json& json, std::map<std::string, T>& map) {
  if (!json.is_object()) throw ShapeError("", "must be an object");
  map.clear();
  for (const auto& [key, item] : json.items()) {
    try {
      fromValue(item, map[key]);
    } catch (const ShapeError& error) {
      throw error.within(key);
    }
  }
}

template <std::integral T>
void readInteger(const Json& json, T& value) {
  bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<std::uint64_t>())
                                        : json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
  if (!fits) throw ShapeError("", "must be an integer in range");
  value = json.get<T>();
}

template <class Enum>
void readWord(const Json& json, Enum& value) {
  if (!json.is_string()) throw ShapeError("", "must be a string");
  const auto& word = json.get_ref<const std::string&>();
  value = Enum::Unknown;
  for (std::size_t i = 0; i < Words<Enum>::kWords.size(); ++i) {
    if (Words<Enum>::kWords[i] == word) value = static_cast<Enum>(i);
  }
}

template <class T>
void fromValue(const Json& json, T& value) {
  if constexpr (IsOptional<T>::value) {
    // Where any JSON may stand, null is a value.
    if (json.is_null() && !std::is_same_v<T, std::optional<Json>>) {
      value.reset();
    } else {
      fromValue(json, value.emplace());
    }
  } else if constexpr (IsList<T>::value) {
    readList(json, value);
  } else if constexpr (IsMap<T>::value) {
    readMap(json, value);
  } else if constexpr (std::is_same_v<T, Json>) {
    value = json;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) throw ShapeError("", "must be true or false");
    value = json.get<bool>();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!json.is_string()) throw ShapeError("", "must be a string");
    value = json.get_ref<const std::string&>();
  } else if constexpr (std::is_same_v<T, Time>) {
    auto time = json.is_string() ? parseTime(json.get_ref<const std::string&>()) : std::nullopt;
    if (!time) throw ShapeError("", "must be a time such as 2026-03-01T12:00:00Z");
    value = *time;
  } else if constexpr (std::is_enum_v<T>) {
    readWord(json, value);
  } else if constexpr (std::is_integral_v<T>) {
    readInteger(json, value);
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_number()) throw ShapeError("", "must be a number");
    value = json.get<T>();
  } else {
    from_json(json, value);
  }
}

template <class T>
void writeMember(Json& object, const char* name, const T& value) {
  object[name] = toValue(value);
}
template <class T>
void writeMember(Json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = toValue(*value);
}

template <class T>
void readMember(const Json& object, const char* name, T& value) {
  auto found = object.find(name);
  try {
    if (found != object.end()) {
      fromValue(*found, value);
    } else if constexpr (MayBeLeftOut<T>::value) {
      value.reset();
    } else {
      throw ShapeError("", "is missing");
    }
  } catch (const ShapeError& error) {
    throw error.within(name);
  }
}

inline void expectObject(const Json& json) {
  if (!json.is_object()) throw ShapeError("", "must be an object");
}
inline void beginObject(Json& json) {
  if (!json.is_object()) json = Json::object();
}

}  // namespace larder::apitypes

// NOLINTBEGIN(cppcoreguidelines-macro-usage): a member is named once, as its text and as itself.
#define LARDER_WRITE(name) writeMember(json, #name, value.name);
#define LARDER_READ(name) readMember(json, #name, value.name);
#define LARDER_EACH(...) NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(__VA_ARGS__))

// LARDER_JSON(Type, member...)
#define LARDER_JSON(Type, ...)                    \
  void to_json(Json& json, const Type& value) {   \
    beginObject(json);                            \
    LARDER_EACH(LARDER_WRITE, __VA_ARGS__)        \
  }                                               \
  void from_json(const Json& json, Type& value) { \
    expectObject(json);                           \
    LARDER_EACH(LARDER_READ, __VA_ARGS__)         \
  }
// The same for a struct that has the members of `Base` before its own.
#define LARDER_JSON_OVER(Type, Base, ...)           \
  void to_json(Json& json, const Type& value) {     \
    to_json(json, static_cast<const Base&>(value)); \
    LARDER_EACH(LARDER_WRITE, __VA_ARGS__)          \
  }                                                 \
  void from_json(const Json& json, Type& value) {   \
    from_json(json, static_cast<Base&>(value));     \
    LARDER_EACH(LARDER_READ, __VA_ARGS__)           \
  }
#define LARDER_PAGE(Type)                                     \
  template void to_json(Json& json, const Page<Type>& value); \
  template void from_json(const Json& json, Page<Type>& value);
#define LARDER_WORDS(Enum, ...)                                                               \
  template <>                                                                                 \
  struct Words<Enum> {                                                                        \
    static constexpr auto kWords = std::to_array<std::string_view>({"unknown", __VA_ARGS__}); \
  };
// NOLINTEND(cppcoreguidelines-macro-usage)

namespace larder::apitypes {

template <class T>
void to_json(Json& json, const Page<T>& value) {
  beginObject(json);
  LARDER_EACH(LARDER_WRITE, items, total, next)
}
template <class T>
void from_json(const Json& json, Page<T>& value) {
  expectObject(json);
  LARDER_EACH(LARDER_READ, items, total, next)
}

}  // namespace larder::apitypes
