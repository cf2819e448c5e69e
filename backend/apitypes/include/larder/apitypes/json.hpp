// The structs of the management API: resources/openapi.yaml in C++, for the daemon's handlers and for the console.
//
// Each struct has the name and the members of its schema. They are plain values: no invariants, no threads, no I/O.
// codec.hpp makes text of them and reads them.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace larder::apitypes {

using Json = nlohmann::ordered_json;

// A member that is always there, and null where there is nothing to say. An optional one is left out.
template <class T>
struct Nullable : std::optional<T> {
  using std::optional<T>::optional;
};

class Reader;
class Writer;

// How an enumeration's value is written: wordsOf() has the words in the order of the values, and the first value is
// Unknown.
template <class Enum>
std::string_view wordOf(Enum value) {
  return wordsOf(value)[static_cast<std::size_t>(value)];
}
// The place of the word in wordsOf(); that of Unknown for what is none of them.
inline std::size_t placeOf(std::span<const std::string_view> words, std::string_view word) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == word) return i;
  }
  return 0;
}
// Nothing for what is no word of the enumeration.
template <class Enum>
std::optional<Enum> parseWord(std::string_view word) {
  auto place = placeOf(wordsOf(Enum{}), word);
  return place == 0 ? std::nullopt : std::optional(static_cast<Enum>(place));
}

}  // namespace larder::apitypes

// Declares what Writer and Reader need to know of a struct: it names its members to them, in the order of the schema.
// NOLINTBEGIN(bugprone-macro-parentheses): a type cannot stand in them
#define LARDER_DECLARE_JSON(Type)                    \
  void members(Writer& writer, const Type& content); \
  void members(Reader& reader, Type& content)
// NOLINTEND(bugprone-macro-parentheses)
// And of an enumeration.
#define LARDER_DECLARE_WORDS(Enum) std::span<const std::string_view> wordsOf(Enum)
