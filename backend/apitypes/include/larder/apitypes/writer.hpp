// Writes the structs of the API as JSON text.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "larder/apitypes/json.hpp"
#include "larder/apitypes/time.hpp"

namespace larder::apitypes {

// Appends to a text, without a tree between: lists may be long. Members come in the order in which a struct names them;
// what is not set is left out. Text that is no UTF-8 is replaced rather than refused: it comes from clients and
// upstreams. A number that is none (NaN, infinity) becomes null.
class Writer {
 public:
  // `out` must outlive this.
  explicit Writer(std::string& out) : out_(out) {}

  template <class T>
  void member(std::string_view name, const T& content) {
    key(name);
    value(content);
  }
  template <class T>
  void member(std::string_view name, const std::optional<T>& content) {
    if (content) member(name, *content);
  }
  template <class T>
  void member(std::string_view name, const Nullable<T>& content) {
    key(name);
    if (content) {
      value(*content);
    } else {
      out_ += "null";
    }
  }

  void value(bool flag);
  void value(int number) { value(std::int64_t{number}); }
  void value(std::int64_t number);
  void value(std::uint64_t number);
  void value(float number);
  void value(const std::string& content) { text(content); }
  void value(Time time);
  void value(const Json& json);
  template <class T>
  void value(const std::vector<T>& list) {
    out_ += '[';
    for (const auto& item : list) {
      comma();
      value(item);
    }
    out_ += ']';
  }
  template <class T>
  void value(const std::map<std::string, T>& map) {
    out_ += '{';
    for (const auto& [name, item] : map) {
      key(name);
      value(item);
    }
    out_ += '}';
  }
  // An enumeration, or a struct: what has a function members().
  template <class T>
  void value(const T& content) {
    if constexpr (std::is_enum_v<T>) {
      text(wordOf(content));
    } else {
      out_ += '{';
      members(*this, content);
      out_ += '}';
    }
  }

 private:
  // Unless it is the first of its list or object: no value ends like that.
  void comma() {
    if (out_.back() != '{' && out_.back() != '[') out_ += ',';
  }
  void key(std::string_view name);
  void text(std::string_view content);

  std::string& out_;
};

}  // namespace larder::apitypes
