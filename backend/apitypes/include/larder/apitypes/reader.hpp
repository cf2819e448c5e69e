// Reads the structs of the API out of JSON, and collects what is wrong with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "larder/apitypes/json.hpp"
#include "larder/apitypes/time.hpp"

namespace larder::apitypes {

// What is wrong with the input.
struct InputError {
  std::string path;  // "extensions.sync.registries[0].urls", "password", "?limit"; "" for the whole
  std::string message;
  std::optional<std::string> hint;
};

// A struct that could not be read whole keeps its defaults where the faults are. To a client null counts as left out.
class Reader {
 public:
  // A client passes over members that it does not know, and takes words that it does not know as Unknown, so that it
  // can read a newer daemon. The daemon refuses both, so that a mistyped name is not taken for a default.
  enum class Side : std::uint8_t { Client, Daemon };
  static constexpr std::size_t kMostFaults = 100;  // those beyond are not told

  // `json` must outlive this.
  Reader(const Json& json, Side side) : at_(&json), side_(side) {}
  // Members that are JSON themselves are taken out of `json`, which must outlive this too, and not copied.
  Reader(Json&& json, Side side) : at_(&json), side_(side), owned_(true) {}

  const std::vector<InputError>& faults() const { return faults_; }
  std::vector<InputError> takeFaults() { return std::move(faults_); }

  template <class T>
  void member(std::string_view name, T& content) {
    const auto* found = find(name);
    Step step(*this, found, name);
    if (found && !found->is_null()) {
      value(content);
    } else {
      wrong("This is missing.");
    }
  }
  template <class T>
  void member(std::string_view name, std::optional<T>& content) {
    const auto* found = find(name);
    content.reset();
    if (!found || (found->is_null() && side_ == Side::Client)) return;
    Step step(*this, found, name);
    value(content.emplace());
  }
  template <class T>
  void member(std::string_view name, Nullable<T>& content) {
    const auto* found = find(name);
    content.reset();
    Step step(*this, found, name);
    if (!found) {
      wrong("This is missing.");
    } else if (!found->is_null()) {
      value(content.emplace());
    }
  }

  void value(bool& flag);
  void value(int& number);
  void value(std::int64_t& number);
  void value(std::uint64_t& number);
  void value(float& number);  // null is NaN
  void value(std::string& content);
  void value(Time& time);
  void value(Json& json) {
    if (owned_) {
      json = std::move(const_cast<Json&>(*at_));  // NOLINT(cppcoreguidelines-pro-type-const-cast): it came as Json&&
    } else {
      json = *at_;
    }
  }
  template <class T>
  void value(std::vector<T>& list) {
    list.clear();
    if (!isList()) return;
    list.reserve(at_->size());
    for (const auto& item : *at_) {
      Step step(*this, &item, list.size());
      value(list.emplace_back());
    }
  }
  template <class T>
  void value(std::map<std::string, T>& map) {
    map.clear();
    if (!isObject()) return;
    for (const auto& [name, item] : at_->items()) {
      Step step(*this, &item, name);
      value(map[name]);
    }
  }
  // An enumeration, or a struct: what has a function members().
  template <class T>
  void value(T& content) {
    if constexpr (std::is_enum_v<T>) {
      content = static_cast<T>(word(wordsOf(T{})));
    } else if (isObject()) {
      auto around = std::exchange(names_, {});
      members(*this, content);
      refuseOthers();
      names_ = std::move(around);
    }
  }

 private:
  // Into a member or an item, and out again.
  class Step {
   public:
    Step(Reader& reader, const Json* to, std::string_view name);
    Step(Reader& reader, const Json* to, std::size_t index);
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Reader& reader_;
    const Json* from_;
    std::size_t pathLength_;
  };

  void wrong(std::string message, std::optional<std::string> hint = std::nullopt);
  const Json* find(std::string_view name);
  bool isList();
  bool isObject();
  // The place of the word; 0 if it is none of these.
  std::size_t word(std::span<const std::string_view> words);
  // Members that nobody has asked for.
  void refuseOthers();

  const Json* at_;
  Side side_;
  bool owned_ = false;
  std::string path_;
  std::vector<std::string_view> names_;  // of the struct that is read: those that it has
  std::vector<InputError> faults_;
};

}  // namespace larder::apitypes
