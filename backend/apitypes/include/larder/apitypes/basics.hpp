// What the areas of the API share: problems and lists.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/json.hpp"
#include "larder/apitypes/time.hpp"

namespace larder::apitypes {

using Texts = std::map<std::string, std::string>;

struct InputError {
  std::string path;  // "extensions.sync.registries[0].urls", "password", "?limit"; "" for the whole
  std::string message;
  std::optional<std::string> hint;
};
struct Problem {
  std::string type = "about:blank";
  std::string title;
  int status = 0;
  std::string detail;
  std::optional<std::string> instance;
  std::optional<std::vector<InputError>> errors;
};

// A list. JSON exists for the items that the schemas have lists of.
template <class T>
struct Page {
  std::vector<T> items;
  std::uint64_t total = 0;          // of all pages
  std::optional<std::string> next;  // the cursor of the next page
};

LARDER_DECLARE_JSON(InputError);
LARDER_DECLARE_JSON(Problem);
template <class T>
void to_json(Json& json, const Page<T>& value);
template <class T>
void from_json(const Json& json, Page<T>& value);

}  // namespace larder::apitypes
