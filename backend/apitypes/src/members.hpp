// The macros that make a struct's members() out of their names, and an enumeration's words. A member has the same name
// in C++ and in JSON.
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "larder/apitypes/codec.hpp"

// NOLINTBEGIN(cppcoreguidelines-macro-usage): a member is named once, as its text and as itself.
#define LARDER_EACH(...) NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(__VA_ARGS__))
#define LARDER_WRITE(name) writer.member(#name, content.name);
#define LARDER_READ(name) reader.member(#name, content.name);

// LARDER_JSON(Type, member...)
#define LARDER_JSON(Type, ...)                        \
  void members(Writer& writer, const Type& content) { \
    LARDER_EACH(LARDER_WRITE, __VA_ARGS__)            \
  }                                                   \
  void members(Reader& reader, Type& content) {       \
    LARDER_EACH(LARDER_READ, __VA_ARGS__)             \
  }
// The same for a struct that has the members of `Base` before its own.
#define LARDER_JSON_OVER(Type, Base, ...)               \
  void members(Writer& writer, const Type& content) {   \
    members(writer, static_cast<const Base&>(content)); \
    LARDER_EACH(LARDER_WRITE, __VA_ARGS__)              \
  }                                                     \
  void members(Reader& reader, Type& content) {         \
    members(reader, static_cast<Base&>(content));       \
    LARDER_EACH(LARDER_READ, __VA_ARGS__)               \
  }
// LARDER_WORDS(Enum, "word"...): those of the values after Unknown.
#define LARDER_WORDS(Enum, ...)                                                               \
  std::span<const std::string_view> wordsOf(Enum) {                                           \
    static constexpr auto kWords = std::to_array<std::string_view>({"unknown", __VA_ARGS__}); \
    return kWords;                                                                            \
  }
// NOLINTEND(cppcoreguidelines-macro-usage)
