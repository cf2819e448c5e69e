// The configuration's schema as a form needs it: how a value is edited, and what an edit makes of it. As the dashboard
// does it (web/src/config/schema.ts, edit.ts): tests/faces/forms.json holds both to it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/forms/value.hpp"

namespace console::forms {

enum class Kind { Object, Map, List, Text, Number, Boolean, Choice, Json };
std::string_view wordOf(Kind kind);

// The same without `$ref`, so that a form need not know of it.
Json resolveReferences(const Json& root);
// Of the value at a path; empty where the schema says nothing of it.
Json schemaAt(const Json& schema, const Path& path);

Kind kindOf(const Json& schema);
// One line of text or a number: a list of these is edited as lines.
bool isPlain(const Json& schema);
std::string titleOf(const Json& schema, const std::string& name);
std::string helpOf(const Json& schema);
// The default as it is shown; empty for none.
std::string defaultText(const Json& schema);
// What stands beside the title: "restart", "no effect", "secret".
std::vector<std::string> badgesOf(const Json& schema);

// What a new element of a list or map begins as.
Json emptyValue(const Json& schema);
// What a line of text is as a value; nothing: the setting is taken out.
std::optional<Json> valueOfText(const Json& schema, const std::string& text);
// The same of a list edited as lines.
std::optional<Json> valueOfLines(const Json& schema, const std::string& text);
// How a value is shown in a line.
std::string textOfValue(const Json* value);

struct Setting {
  Path path;
  std::string title;
  Json schema;
};
// Every setting with a fixed place, in the order of the schema: objects are opened, lists and maps are not.
std::vector<Setting> settingsOf(const Json& schema, const Path& path = {});
// The schema with nothing but these settings and what is below them.
Json prunedTo(const Json& schema, const std::vector<Path>& paths);
// Those that have every word somewhere; those that are called so come first.
std::vector<Setting> findSettings(const std::vector<Setting>& settings, const std::string& text);

}  // namespace console::forms
