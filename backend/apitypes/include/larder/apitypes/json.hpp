// The structs of the management API: resources/openapi.yaml in C++, for the daemon's handlers and for the console.
//
// Each struct has the name and the members of its schema. They are plain values: no invariants, no threads, no I/O.
// to_json() writes them in the order of the schema and leaves out what is not set. from_json() reads them as a client
// should: members that it does not know are passed over, null counts as left out, and a word that an enumeration does
// not have becomes Unknown, so that a newer daemon can be read. It throws for a member that is missing or of another
// type; parse() makes an Error of that. What a daemon is sent is checked more strictly, by its handlers.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "larder/core/result.hpp"

namespace larder::apitypes {

using Json = nlohmann::ordered_json;

// A member that is always there, and null where there is nothing to say. An optional one is left out.
template <class T>
struct Nullable : std::optional<T> {
  using std::optional<T>::optional;
};

// Text that is not what the schema says, and where: "items[3].digest".
class ShapeError : public std::runtime_error {
 public:
  ShapeError(std::string path, const std::string& message)
      : std::runtime_error(path.empty() ? message : path + ": " + message), path_(std::move(path)), message_(message) {}
  // The same fault, seen from the value around it: `step` is a member's name or "[3]".
  ShapeError within(const std::string& step) const {
    bool joined = path_.empty() || path_.starts_with('[');
    return {step + (joined ? "" : ".") + path_, message_};
  }

 private:
  std::string path_;
  std::string message_;
};

// InvalidArgument for text that is no JSON, or not of this shape.
template <class T>
core::Result<T> parse(std::string_view text) {
  try {
    T value{};
    from_json(Json::parse(text), value);
    return value;
  } catch (const std::exception& error) {
    return core::fail(core::ErrorCode::InvalidArgument, error.what());
  }
}

// Text that is no UTF-8 is replaced rather than refused: it comes from clients and upstreams.
template <class T>
std::string dump(const T& value) {
  Json json;
  to_json(json, value);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace larder::apitypes

// Declares the two functions of a struct.
// NOLINTBEGIN(bugprone-macro-parentheses): a type takes none.
#define LARDER_DECLARE_JSON(Type)              \
  void to_json(Json& json, const Type& value); \
  void from_json(const Json& json, Type& value)
// NOLINTEND(bugprone-macro-parentheses)
