// What the areas of the API share: problems and lists.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/codec.hpp"

namespace larder::apitypes {

using Texts = std::map<std::string, std::string>;

struct Problem {
  std::string type = "about:blank";
  std::string title;
  int status = 0;
  std::string detail;
  std::optional<std::vector<InputError>> errors;
};

// A list.
template <class T>
struct Page {
  std::vector<T> items;
  std::uint64_t total = 0;          // of all pages
  std::optional<std::string> next;  // the cursor of the next page
};

LARDER_DECLARE_JSON(InputError);
LARDER_DECLARE_JSON(Problem);
template <class T>
void members(Writer& writer, const Page<T>& content) {
  writer.member("items", content.items);
  writer.member("total", content.total);
  writer.member("next", content.next);
}
template <class T>
void members(Reader& reader, Page<T>& content) {
  reader.member("items", content.items);
  reader.member("total", content.total);
  reader.member("next", content.next);
}

}  // namespace larder::apitypes
