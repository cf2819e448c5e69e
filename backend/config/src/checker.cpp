#include "checker.hpp"

#include <algorithm>

#include "coerce.hpp"
#include "file_checks.hpp"
#include "formats.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kMostKeysInHint = 12;
constexpr std::size_t kMostPlacesInHint = 4;

// Whether `value` asks for nothing beyond what happens without it, so that nothing is missed if that is not built.
bool asksForNothing(const SchemaNode& node, const Json& value) {
  // What is on by default is asked for all the same.
  if (!value.is_boolean() && node.defaultValue && value == *node.defaultValue) return true;
  if (value.is_object()) {
    if (const auto* enable = member(&value, "enable")) return *enable == false;
    return value.empty() && node.find("enable") == nullptr;
  }
  if (value.is_string()) return value.get_ref<const std::string&>().empty() || value == "0s";
  if (value.is_array()) return value.empty();
  return value == false || value == 0;
}

class Checker {
 public:
  Checker(const SchemaNode& root, Findings& findings) : root_(root), findings_(findings) {}

  // The canonical value, or null.
  Json value(const SchemaNode& node, const Json& source, const Path& path) {
    auto value = coerce(node, source);
    if (!hasAllowedKind(node, value)) {
      findings_.error(path, "This must be " + expectation(node) + ", but is " + describe(source, node.secret) + ".");
      return nullptr;
    }
    auto result = value.is_object()  ? object(node, value, path)
                  : value.is_array() ? array(node, value, path)
                                     : scalar(node, std::move(value), path);
    if (!node.warning.empty() && !result.is_null() && !asksForNothing(node, result)) {
      findings_.warning(path, "This key is accepted, but " + node.warning + ".");
    }
    return result;
  }

 private:
  Json object(const SchemaNode& node, const Json& source, const Path& path) {
    // A driver's free parameters are what they are.
    if (node.properties.empty() && node.additional == nullptr) return source;
    auto result = Json::object();
    for (auto it = source.begin(); it != source.end(); ++it) {
      const auto* property = node.find(it.key());
      if (property != nullptr) {
        known(*property, it.key(), it.value(), path, result);
      } else if (node.hasDataNames()) {
        named(node, it.key(), it.value(), path, result);
      } else if (node.additional != nullptr) {
        if (!it.value().is_null()) append(result, it.key(), value(*node.additional, it.value(), path / it.key()));
      } else {
        unknown(node, source, it.key(), path);
      }
    }
    for (const auto& key : node.required) {
      if (!result.contains(key)) findings_.error(path / key, "This key is missing.", "It has no default");
    }
    return result;
  }

  void known(const std::pair<std::string, SchemaPtr>& property, const std::string& spelling, const Json& source,
             const Path& path, Json& result) {
    const auto& [name, child] = property;
    if (result.contains(name)) {
      findings_.error(path / name, "This key appears twice in the same object, once as " + quote(spelling) + ".",
                      "Keys are case-insensitive; remove one of them");
    } else if (!source.is_null()) {
      result[name] = value(*child, source, path / name);
    }
  }

  void named(const SchemaNode& node, const std::string& name, const Json& source, const Path& path, Json& result) {
    const auto place = path.entry(name);
    if (node.nameFormat != ValueFormat::None) {
      if (auto complaint = checkName(node.nameFormat, name))
        findings_.error(place, complaint->message, complaint->hint);
    }
    // An entry without settings is an entry.
    append(result, name, value(*node.additional, source.is_null() ? Json::object() : source, place));
  }

  // For names that the reader has found to differ: without the search for an equal one, which would make a large object
  // quadratic.
  static void append(Json& object, const std::string& name, Json value) {
    object.get_ref<Json::object_t&>().push_back({name, std::move(value)});
  }

  void unknown(const SchemaNode& node, const Json& source, const std::string& key, const Path& path) {
    findings_.error(path / key, "Unknown key.", hintFor(node, source, key));
  }

  std::string hintFor(const SchemaNode& node, const Json& source, const std::string& key) const {
    if (&node == &root_ && source.contains("configFiles")) {
      return "This looks like the values file of the Helm chart; use the part under configFiles";
    }
    const auto names = node.propertyNames();
    if (const auto near = nearest(key, names); !near.empty()) return "Did you mean " + near + "?";
    // A name that stands in many places, such as enable, says nothing of the one that was meant.
    const auto places = placesOf(root_, key);
    if (!places.empty() && places.size() <= kMostPlacesInHint) {
      return "Did you mean " + *std::ranges::min_element(places, {}, &std::string::size) + "?";
    }
    if (names.size() <= kMostKeysInHint) return "Valid keys are " + join(names);
    return {};
  }

  Json array(const SchemaNode& node, const Json& source, const Path& path) {
    if (source.size() < node.minItems) {
      findings_.error(path, "This list needs at least " + std::to_string(node.minItems) +
                                (node.minItems == 1 ? " element." : " elements."));
    }
    if (node.items == nullptr) return source;
    auto result = Json::array();
    for (std::size_t i = 0; i < source.size(); ++i) result.push_back(value(*node.items, source[i], path[i]));
    return result;
  }

  Json scalar(const SchemaNode& node, Json value, const Path& path) {
    // An empty text where that is the default says nothing, as in Zot.
    if (isEmptyText(value) && node.defaultValue &&
        (isEmptyText(*node.defaultValue) || node.format == ValueFormat::Port)) {
      return *node.defaultValue;
    }
    if (value.is_string() && value.get_ref<const std::string&>().size() < node.minLength) {
      findings_.error(path, "This must not be empty.");
      return nullptr;
    }
    if (auto complaint = checkFormat(node, value)) {
      findings_.error(path, complaint->message, complaint->hint);
      return nullptr;
    }
    if (!inRange(node, value, path) || !inEnumeration(node, value, path) || !exists(node, value, path)) return nullptr;
    return value;
  }

  bool inRange(const SchemaNode& node, const Json& value, const Path& path) {
    if (!value.is_number()) return true;
    const auto number = value.get<double>();
    const auto shown = [](double limit) { return Json(static_cast<std::int64_t>(limit)).dump(); };
    std::string complaint;
    if (node.minimum && number < *node.minimum) complaint = "at least " + shown(*node.minimum);
    if (node.maximum && number > *node.maximum) complaint = "at most " + shown(*node.maximum);
    if (node.exclusiveMinimum && number <= *node.exclusiveMinimum)
      complaint = "more than " + shown(*node.exclusiveMinimum);
    if (complaint.empty()) return true;
    findings_.error(path, "This must be " + complaint + ", but is " + value.dump() + ".");
    return false;
  }

  bool inEnumeration(const SchemaNode& node, Json& value, const Path& path) {
    if (node.enumeration.empty() || !value.is_string()) return true;
    const auto& text = value.get_ref<const std::string&>();
    for (const auto& allowed : node.enumeration) {
      if (node.ignoreCase ? equalIgnoringCase(text, trim(allowed)) : text == allowed) {
        value = allowed;
        return true;
      }
    }
    const auto near = nearest(text, node.enumeration);
    findings_.error(path, quote(text) + " is not a valid value.",
                    (near.empty() ? "" : "Did you mean " + near + "? ") + "Valid values are " + join(node.enumeration));
    return false;
  }

  bool exists(const SchemaNode& node, const Json& value, const Path& path) {
    if (node.exists == Exists::Anything) return true;
    const auto error = checkExists(value.get_ref<const std::string&>(), node.exists);
    if (!error) return true;
    findings_.error(path, error->message, error->hint);
    return false;
  }

  const SchemaNode& root_;
  Findings& findings_;
};

}  // namespace

Json check(const SchemaNode& schema, const Json& document, Findings& findings) {
  return Checker(schema, findings).value(schema, document, {});
}

void fillDefaults(const SchemaNode& schema, Json& document) {
  if (document.is_array() && schema.items) {
    for (auto& item : document) fillDefaults(*schema.items, item);
  }
  if (!document.is_object()) return;
  for (const auto& [name, child] : schema.properties) {
    if (!document.contains(name)) {
      if (!child->defaultValue) continue;
      document[name] = *child->defaultValue;
    }
    fillDefaults(*child, document[name]);
  }
  if (schema.hasDataNames()) {
    for (auto& entry : document) fillDefaults(*schema.additional, entry);
  }
}

}  // namespace larder::config
