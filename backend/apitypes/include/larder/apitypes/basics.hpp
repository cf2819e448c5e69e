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

enum class ChangeKind : std::uint8_t { Unknown, Added, Removed, Changed, Moved };

struct ConfigChange {
  std::string path;
  ChangeKind kind = ChangeKind::Unknown;
  std::optional<std::string> name;  // of the element of a list in which it is
  std::optional<Json> before;
  std::optional<Json> after;
  std::optional<std::uint64_t> from;  // of what was moved: its places
  std::optional<std::uint64_t> to;
};
// What two admins changed, each in another way.
struct ConfigConflict {
  std::string id;
  std::string path;
  std::optional<std::string> name;
  std::optional<Json> before;
  std::optional<Json> theirs;
  std::optional<Json> mine;
};
// What an editor needs to go on after another one saved first.
struct EditConflict {
  std::uint64_t revision = 0;
  std::optional<Json> before;  // the element as the editor saw it
  std::optional<Json> theirs;  // as it is now
  std::optional<Json> merged;
  std::vector<ConfigChange> changes;
  std::vector<ConfigConflict> conflicts;
  bool removed = false;      // the element is there no more
  bool baseUnknown = false;  // the revision of If-Match is no longer kept
};
struct Problem {
  std::string type = "about:blank";
  std::string title;
  int status = 0;
  std::string detail;
  std::optional<std::vector<InputError>> errors;
  std::optional<EditConflict> conflict;
};

// A list.
template <class T>
struct Page {
  std::vector<T> items;
  std::uint64_t total = 0;          // of all pages
  std::optional<std::string> next;  // the cursor of the next page
};

LARDER_DECLARE_JSON(InputError);
LARDER_DECLARE_WORDS(ChangeKind);
LARDER_DECLARE_JSON(ConfigChange);
LARDER_DECLARE_JSON(ConfigConflict);
LARDER_DECLARE_JSON(EditConflict);
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
