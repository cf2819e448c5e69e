// A place in a configuration: http.accessControl.repositories["team/**"].policies[0].
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "larder/config/json.hpp"

namespace larder::config {

class Path {
 public:
  // Below a key of the schema.
  Path operator/(std::string_view key) const;
  // Below a name that is data (a glob, a host, a group), written in brackets and quotes.
  Path entry(std::string_view name) const;
  // The element `index` of a list.
  Path operator[](std::size_t index) const;

  // As a person writes it; "" for the root.
  std::string toString() const;
  // Where it stands in `document`, comparable with others of the same document. What is not there comes last in its
  // parent.
  std::vector<std::size_t> position(const Json& document) const;

 private:
  struct Key {
    std::string text;
    bool quoted;
  };
  std::vector<std::variant<Key, std::size_t>> steps_;
};

}  // namespace larder::config
