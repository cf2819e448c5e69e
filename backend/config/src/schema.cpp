#include "schema.hpp"

#include <array>
#include <stdexcept>

#include "formats.hpp"
#include "larder/config/load.hpp"
#include "larder/core/json.hpp"
#include "larder/core/units.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

template <class T>
using Names = std::pair<std::string_view, T>;

constexpr std::array kKinds{
    Names<Kind>{"string", Kind::String},   Names<Kind>{"integer", Kind::Integer}, Names<Kind>{"number", Kind::Number},
    Names<Kind>{"boolean", Kind::Boolean}, Names<Kind>{"array", Kind::Array},     Names<Kind>{"object", Kind::Object},
};
constexpr std::array kFormats{
    Names<ValueFormat>{"address", ValueFormat::Address},
    Names<ValueFormat>{"bytes", ValueFormat::Bytes},
    Names<ValueFormat>{"bytes-or-percent", ValueFormat::BytesOrPercent},
    Names<ValueFormat>{"duration", ValueFormat::Duration},
    Names<ValueFormat>{"glob", ValueFormat::Glob},
    Names<ValueFormat>{"host", ValueFormat::Host},
    Names<ValueFormat>{"http-path", ValueFormat::HttpPath},
    Names<ValueFormat>{"network", ValueFormat::Network},
    Names<ValueFormat>{"origin", ValueFormat::Origin},
    Names<ValueFormat>{"path", ValueFormat::Path},
    Names<ValueFormat>{"percent", ValueFormat::Percent},
    Names<ValueFormat>{"platform", ValueFormat::Platform},
    Names<ValueFormat>{"port", ValueFormat::Port},
    Names<ValueFormat>{"re2", ValueFormat::Re2},
    Names<ValueFormat>{"route", ValueFormat::Route},
    Names<ValueFormat>{"time-window", ValueFormat::TimeWindow},
    Names<ValueFormat>{"url", ValueFormat::Url},
};
constexpr std::array kExistences{Names<Exists>{"file", Exists::File}, Names<Exists>{"directory", Exists::Directory}};
constexpr std::array kPathUses{Names<PathUse>{"directory", PathUse::Directory}, Names<PathUse>{"sent", PathUse::Sent},
                               Names<PathUse>{"log", PathUse::Log}, Names<PathUse>{"data", PathUse::Data},
                               Names<PathUse>{"listed", PathUse::Listed}};

template <class T, std::size_t N>
T named(const std::array<Names<T>, N>& table, const std::string& name) {
  for (const auto& [text, value] : table) {
    if (text == name) return value;
  }
  throw std::runtime_error("config.schema.json: " + name + " is not known.");
}

class Parser {
 public:
  explicit Parser(const Json& document) : document_(document) {}

  SchemaPtr node(const Json& source) {
    if (const auto* reference = member(&source, "$ref")) {
      constexpr std::string_view kPrefix = "#/definitions/";
      return node(document_.at("definitions").at(reference->get<std::string>().substr(kPrefix.size())));
    }
    auto result = std::make_shared<SchemaNode>();
    for (auto it = source.begin(); it != source.end(); ++it) keyword(it.key(), it.value(), *result);
    if (result->defaultValue && !isEmptyText(*result->defaultValue)) canonicalDefault(*result);
    return result;
  }

 private:
  // In the same form as checked values, so that a default given explicitly is no difference.
  static void canonicalDefault(SchemaNode& node) {
    if (const auto complaint = checkFormat(node, *node.defaultValue)) {
      throw std::runtime_error("config.schema.json: a default is not valid: " + complaint->message);
    }
  }

  void keyword(const std::string& key, const Json& value, SchemaNode& node) {
    if (!structure(key, value, node) && !limit(key, value, node) && !extension(key, value, node)) {
      throw std::runtime_error("config.schema.json: unknown keyword " + key + ".");
    }
  }

  bool structure(const std::string& key, const Json& value, SchemaNode& node) {
    if (key == "type") {
      for (const auto& kind : value.is_array() ? value : Json::array({value})) {
        node.kinds |= static_cast<std::uint8_t>(named(kKinds, kind.get<std::string>()));
      }
    } else if (key == "properties") {
      for (auto it = value.begin(); it != value.end(); ++it) {
        node.byLowerName.emplace(lower(it.key()), node.properties.size());
        node.properties.emplace_back(it.key(), this->node(it.value()));
      }
    } else if (key == "additionalProperties") {
      if (value.is_object()) node.additional = this->node(value);
    } else if (key == "items") {
      node.items = this->node(value);
    } else if (key == "propertyNames") {
      node.nameFormat = named(kFormats, value.at("format").get<std::string>());
    } else if (key == "required") {
      node.required = value.get<std::vector<std::string>>();
    } else {
      return key == "$schema" || key == "$id" || key == "title" || key == "description" || key == "definitions";
    }
    return true;
  }

  static bool limit(const std::string& key, const Json& value, SchemaNode& node) {
    if (key == "enum") {
      node.enumeration = value.get<std::vector<std::string>>();
    } else if (key == "minimum") {
      node.minimum = value.get<double>();
    } else if (key == "maximum") {
      node.maximum = value.get<double>();
    } else if (key == "exclusiveMinimum") {
      node.exclusiveMinimum = value.get<double>();
    } else if (key == "minItems") {
      node.minItems = value.get<std::size_t>();
    } else if (key == "minLength") {
      node.minLength = value.get<std::size_t>();
    } else if (key == "format") {
      node.format = named(kFormats, value.get<std::string>());
    } else if (key == "default") {
      node.defaultValue = value;
    } else {
      return false;
    }
    return true;
  }

  static bool extension(const std::string& key, const Json& value, SchemaNode& node) {
    if (key == "x-warning") {
      node.warning = value.get<std::string>();
    } else if (key == "x-restart") {
      node.restart = value == "presence" ? Restart::Presence : value.get<bool>() ? Restart::Always : Restart::Never;
    } else if (key == "x-secret") {
      node.secret = value.get<bool>();
    } else if (key == "x-ignore-case") {
      node.ignoreCase = value.get<bool>();
    } else if (key == "x-minimum") {
      node.minDuration = core::parseDuration(value.get<std::string>()).value();
    } else if (key == "x-identity") {
      node.identity = value.get<std::vector<std::string>>();
    } else if (key == "x-address") {
      node.address = value.get<std::vector<std::string>>();
    } else if (key == "x-exists") {
      node.exists = named(kExistences, value.get<std::string>());
    } else if (key == "x-path") {
      node.pathUse = named(kPathUses, value.get<std::string>());
    } else if (key == "x-file-only") {
      node.fileOnly = value.get<bool>();
    } else {
      return key == "x-status" || key == "x-unit";
    }
    return true;
  }

  const Json& document_;
};

void collectPlaces(const SchemaNode& node, const std::string& prefix, std::string_view name,
                   std::vector<std::string>& places) {
  for (const auto& [key, child] : node.properties) {
    const auto place = dotted(prefix, key);
    if (equalIgnoringCase(key, name)) places.push_back(place);
    collectPlaces(*child, place, name, places);
  }
  if (node.items) collectPlaces(*node.items, prefix + "[]", name, places);
  if (node.hasDataNames()) collectPlaces(*node.additional, prefix + "[\"\u2026\"]", name, places);
}

}  // namespace

const std::pair<std::string, SchemaPtr>* SchemaNode::find(std::string_view name) const {
  const auto it = byLowerName.find(lower(name));
  return it == byLowerName.end() ? nullptr : &properties[it->second];
}

std::vector<std::string> SchemaNode::propertyNames() const {
  std::vector<std::string> names;
  names.reserve(properties.size());
  for (const auto& property : properties) names.push_back(property.first);
  return names;
}

SchemaPtr parseSchema(std::string_view text) {
  const auto document = core::parseOrderedJson(text).value();
  return Parser(document).node(document);
}

std::vector<std::string> placesOf(const SchemaNode& root, std::string_view name) {
  std::vector<std::string> places;
  collectPlaces(root, "", name, places);
  return places;
}

const SchemaNode& configSchema() {
  static const SchemaPtr root = parseSchema(schemaText());
  return *root;
}

}  // namespace larder::config
