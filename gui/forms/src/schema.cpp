#include "console/forms/schema.hpp"

#include <QRegularExpression>
#include <QString>
#include <algorithm>
#include <array>
#include <cmath>

namespace console::forms {
namespace {

const Json kNone;

const Json& member(const Json& schema, const char* name) {
  if (!schema.is_object()) return kNone;
  const auto found = schema.find(name);
  return found == schema.end() ? kNone : *found;
}

std::string stringOf(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

// Warnings of the schema begin small and end without a full stop: the daemon's log puts them after a colon.
std::string asSentence(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() -= 'a' - 'A';
  return text + ".";
}

bool isTrue(const Json& value) {
  return value.is_boolean() && value.get<bool>();
}

std::vector<std::string> typesOf(const Json& schema) {
  const auto& type = member(schema, "type");
  std::vector<std::string> types;
  if (type.is_string()) types.push_back(type.get<std::string>());
  if (type.is_array()) {
    for (const auto& one : type) types.push_back(stringOf(one));
  }
  return types;
}

bool has(const std::vector<std::string>& types, std::string_view type) {
  return std::ranges::find(types, type) != types.end();
}

Json resolved(const Json& schema, const Json& definitions, int depth) {
  if (!schema.is_object() || depth > 32) return schema;
  Json merged = schema;
  const auto reference = stringOf(member(schema, "$ref"));
  constexpr std::string_view kPrefix = "#/definitions/";
  if (reference.starts_with(kPrefix) && definitions.contains(reference.substr(kPrefix.size()))) {
    merged = definitions[reference.substr(kPrefix.size())];
    for (const auto& [key, value] : schema.items()) merged[key] = value;
    merged.erase("$ref");
  }
  if (merged.contains("properties")) {
    for (auto& [name, property] : merged["properties"].items()) property = resolved(property, definitions, depth + 1);
  }
  for (const auto* inner : {"items", "additionalProperties"}) {
    if (merged.contains(inner) && merged[inner].is_object())
      merged[inner] = resolved(merged[inner], definitions, depth + 1);
  }
  return merged;
}

bool isNumeric(const std::string& text) {
  static const QRegularExpression kNumber(QStringLiteral("^-?\\d+(\\.\\d+)?$"));
  return kNumber.match(QString::fromStdString(text)).hasMatch();
}

Json numberOf(const std::string& text) {
  if (text.find('.') == std::string::npos) {
    bool fits = false;
    const auto whole = QString::fromStdString(text).toLongLong(&fits);
    if (fits) return static_cast<std::int64_t>(whole);
  }
  const double number = QString::fromStdString(text).toDouble();
  if (number == std::floor(number) && std::abs(number) < 1e15) return static_cast<std::int64_t>(number);
  return number;
}

}  // namespace

std::string_view wordOf(Kind kind) {
  static constexpr std::array<std::string_view, 8> kWords{"object", "map",     "list",   "text",
                                                          "number", "boolean", "choice", "json"};
  return kWords[static_cast<std::size_t>(kind)];
}

Json resolveReferences(const Json& root) {
  const auto& definitions = member(root, "definitions");
  return resolved(root, definitions.is_object() ? definitions : Json::object(), 0);
}

Json schemaAt(const Json& schema, const Path& path) {
  Json at = schema;
  for (const auto& key : path) {
    Json next;
    if (std::holds_alternative<std::size_t>(key)) {
      next = member(at, "items");
    } else {
      const auto& name = std::get<std::string>(key);
      const auto& properties = member(at, "properties");
      next =
          properties.is_object() && properties.contains(name) ? properties[name] : member(at, "additionalProperties");
    }
    if (!next.is_object()) return Json::object();
    at = std::move(next);
  }
  return at;
}

Kind kindOf(const Json& schema) {
  if (member(schema, "enum").is_array()) return Kind::Choice;
  const auto types = typesOf(schema);
  if (types.size() != 1) {
    // A size is a number or text such as "10GiB"; what may be anything is written as JSON.
    return has(types, "object") || has(types, "array") ? Kind::Json : Kind::Text;
  }
  const auto& type = types.front();
  if (type == "object") {
    if (member(schema, "properties").is_object()) return Kind::Object;
    return member(schema, "additionalProperties").is_object() ? Kind::Map : Kind::Json;
  }
  if (type == "array") return member(schema, "items").is_object() ? Kind::List : Kind::Json;
  if (type == "boolean") return Kind::Boolean;
  if (type == "integer" || type == "number") return Kind::Number;
  return Kind::Text;
}

bool isPlain(const Json& schema) {
  const auto kind = kindOf(schema);
  return schema.is_object() && (kind == Kind::Text || kind == Kind::Number);
}

std::string titleOf(const Json& schema, const std::string& name) {
  const auto title = stringOf(member(schema, "title"));
  return title.empty() ? name : title;
}

std::string helpOf(const Json& schema) {
  auto help = stringOf(member(schema, "description"));
  if (const auto warning = stringOf(member(schema, "x-warning")); !warning.empty()) {
    help += (help.empty() ? "" : " ") + asSentence(warning);
  }
  return help;
}

std::string defaultText(const Json& schema) {
  const auto& fallback = member(schema, "default");
  return fallback.is_structured() ? std::string() : textOfValue(&fallback);
}

std::vector<std::string> badgesOf(const Json& schema) {
  std::vector<std::string> badges;
  const auto& restart = member(schema, "x-restart");
  if (restart.is_string() || isTrue(restart)) badges.emplace_back("restart");
  if (stringOf(member(schema, "x-status")) == "accepted") badges.emplace_back("no effect");
  if (isTrue(member(schema, "x-secret"))) badges.emplace_back("secret");
  return badges;
}

Json emptyValue(const Json& schema) {
  if (schema.is_object() && schema.contains("default")) return schema["default"];
  switch (kindOf(schema)) {
    case Kind::Object:
    case Kind::Map:
      return Json::object();
    case Kind::List:
      return Json::array();
    case Kind::Boolean:
      return false;
    case Kind::Number:
      return member(schema, "minimum").is_number() ? member(schema, "minimum") : Json(0);
    case Kind::Choice:
      return member(schema, "enum").empty() ? Json("") : member(schema, "enum").front();
    case Kind::Text:
      return "";
    case Kind::Json:
      break;
  }
  return nullptr;
}

std::optional<Json> valueOfText(const Json& schema, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto types = typesOf(schema);
  const bool mayBeNumber = std::ranges::any_of(types, [](const auto& type) { return type != "string"; });
  if (mayBeNumber && isNumeric(text)) return numberOf(text);
  return text;
}

std::optional<Json> valueOfLines(const Json& schema, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const bool numeric = kindOf(member(schema, "items")) == Kind::Number;
  Json lines = Json::array();
  for (const auto& line : QString::fromStdString(text).split('\n')) {
    const auto one = line.toStdString();
    lines.push_back(numeric && isNumeric(one) ? numberOf(one) : Json(one));
  }
  return lines;
}

std::string textOfValue(const Json* value) {
  if (!value || value->is_null() || value->is_structured()) return {};
  if (value->is_string()) return value->get<std::string>();
  return value->dump();
}

std::vector<Setting> settingsOf(const Json& schema, const Path& path) {
  std::vector<Setting> settings;
  const auto& properties = member(schema, "properties");
  if (!properties.is_object()) return settings;
  for (const auto& [name, property] : properties.items()) {
    const auto here = path / name;
    settings.push_back({here, titleOf(property, name), property});
    if (kindOf(property) != Kind::Object) continue;
    for (auto& inner : settingsOf(property, here)) settings.push_back(std::move(inner));
  }
  return settings;
}

Json prunedTo(const Json& schema, const std::vector<Path>& paths) {
  if (std::ranges::any_of(paths, &Path::empty)) return schema;
  Json pruned = schema;
  pruned["properties"] = Json::object();
  for (const auto& [name, property] : member(schema, "properties").items()) {
    std::vector<Path> below;
    for (const auto& path : paths) {
      if (path.front() == Key(name)) below.emplace_back(path.begin() + 1, path.end());
    }
    if (!below.empty()) pruned["properties"][name] = prunedTo(property, below);
  }
  return pruned;
}

std::vector<Setting> findSettings(const std::vector<Setting>& settings, const std::string& typed) {
  const auto text = QString::fromStdString(typed).toLower().simplified();
  const auto words = text.split(' ', Qt::SkipEmptyParts);
  if (words.isEmpty()) return settings;
  const auto distance = [&](const Setting& setting) {
    const auto path = QString::fromStdString(pathText(setting.path)).toLower();
    const auto title = QString::fromStdString(setting.title).toLower();
    const auto each = [&words](const auto& test) { return std::ranges::all_of(words, test); };
    if (path == text) return 0;
    const auto last = path.section('.', -1);
    if (each([&](const QString& word) { return last == word || title == word; })) return 1;
    const auto name = path + ' ' + title;
    if (each([&](const QString& word) { return name.contains(word); })) return 2;
    const auto all = name + ' ' + QString::fromStdString(stringOf(member(setting.schema, "description"))).toLower();
    return each([&](const QString& word) { return all.contains(word); }) ? 3 : 4;
  };
  std::vector<std::pair<int, std::size_t>> found;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (const int far = distance(settings[i]); far < 4) found.emplace_back(far, i);
  }
  std::ranges::sort(found);
  std::vector<Setting> sorted;
  sorted.reserve(found.size());
  for (const auto& [far, place] : found) sorted.push_back(settings[place]);
  return sorted;
}

}  // namespace console::forms
