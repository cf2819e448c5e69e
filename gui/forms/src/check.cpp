#include "console/forms/check.hpp"

#include <QCoreApplication>
#include <QFile>
#include <algorithm>
#include <optional>

#include "console/forms/schema.hpp"
#include "console/models/format.hpp"
#include "larder/core/json.hpp"

namespace console::forms {
namespace {

using models::text;
using models::utf8;

constexpr std::size_t kMostComplaints = 100;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(SchemaCheck)
};

const Json* keyword(const Json& schema, const char* name) {
  const auto found = schema.find(name);
  return found == schema.end() ? nullptr : &*found;
}

bool isOfType(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  return type == "number" && value.is_number();
}

std::vector<std::string> typesIn(const Json& schema) {
  const auto* type = keyword(schema, "type");
  if (!type) return {};
  return type->is_array() ? type->get<std::vector<std::string>>() : std::vector{type->get<std::string>()};
}

QString nameOfType(const std::string& type) {
  if (type == "object") return Words::tr("an object");
  if (type == "array") return Words::tr("a list");
  if (type == "string") return Words::tr("a text");
  if (type == "boolean") return Words::tr("true or false");
  return type == "integer" ? Words::tr("a whole number") : Words::tr("a number");
}

// As the daemon takes them: without regard to case.
bool isSame(const std::string& a, const std::string& b) {
  return text(a).compare(text(b), Qt::CaseInsensitive) == 0;
}

// The schema of a member; null where it says nothing of it.
const Json* schemaOfMember(const Json& schema, const std::string& key) {
  if (const auto* properties = keyword(schema, "properties")) {
    for (const auto& [name, property] : properties->items()) {
      if (isSame(name, key)) return &property;
    }
  }
  const auto* additional = keyword(schema, "additionalProperties");
  return additional && additional->is_object() ? additional : nullptr;
}

// Nothing for a secret that is not written.
std::optional<Json> unsecret(const Json& schema, const Json& value, const Json* written) {
  if (const auto* secret = keyword(schema, "x-secret"); secret && secret->is_boolean() && secret->get<bool>()) {
    return written ? std::optional(*written) : std::nullopt;
  }
  if (value.is_object()) {
    Json kept = Json::object();
    for (const auto& [key, inner] : value.items()) {
      const auto* known = schemaOfMember(schema, key);
      auto one = known ? unsecret(*known, inner, written ? getAt(*written, {key}) : nullptr) : std::optional(inner);
      if (one) kept[key] = std::move(*one);
    }
    return kept;
  }
  const auto* items = value.is_array() ? keyword(schema, "items") : nullptr;
  if (!items) return value;
  Json kept = Json::array();
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (auto one = unsecret(*items, value[i], written ? getAt(*written, {i}) : nullptr))
      kept.push_back(std::move(*one));
  }
  return kept;
}

class Checker {
 public:
  std::vector<larder::apitypes::InputError> found;

  void check(const Json& schema, const Json& value, const Path& path) {
    if (!schema.is_object() || found.size() >= kMostComplaints) return;
    const auto types = typesIn(schema);
    if (!types.empty() && std::ranges::none_of(types, [&](const auto& one) { return isOfType(value, one); })) {
      QStringList names;
      for (const auto& one : types) names << nameOfType(one);
      return complain(path, Words::tr("This must be %1.").arg(names.join(Words::tr(" or "))));
    }
    if (value.is_object()) return checkObject(schema, value, path);
    if (value.is_array()) return checkList(schema, value, path);
    checkPlain(schema, value, path);
  }

 private:
  void complain(const Path& path, const QString& message, const QString& hint = {}) {
    larder::apitypes::InputError error;
    error.path = pathText(path);
    error.message = utf8(message);
    if (!hint.isEmpty()) error.hint = utf8(hint);
    found.push_back(std::move(error));
  }

  void checkObject(const Json& schema, const Json& value, const Path& path) {
    const auto* properties = keyword(schema, "properties");
    for (const auto& [key, inner] : value.items()) {
      const auto* known = schemaOfMember(schema, key);
      if (known) {
        check(*known, inner, path / key);
      } else if (properties) {
        complain(path / key, Words::tr("Unknown key."), hintFor(*properties));
      }
    }
    const auto* required = keyword(schema, "required");
    if (!required) return;
    for (const auto& name : required->get<std::vector<std::string>>()) {
      if (!getAt(value, {name})) complain(path / name, Words::tr("This key is missing."));
    }
  }

  static QString hintFor(const Json& properties) {
    constexpr std::size_t kMostNames = 8;
    if (properties.size() > kMostNames) return {};
    QStringList names;
    for (const auto& [name, property] : properties.items()) names << text(name);
    return Words::tr("Valid keys are %1").arg(names.join(", "));
  }

  void checkList(const Json& schema, const Json& value, const Path& path) {
    if (const auto* least = keyword(schema, "minItems"); least && value.size() < least->get<std::size_t>()) {
      complain(path, Words::tr("This must not be empty."));
    }
    if (const auto* items = keyword(schema, "items")) {
      for (std::size_t i = 0; i < value.size(); ++i) check(*items, value[i], path / i);
    }
  }

  void checkPlain(const Json& schema, const Json& value, const Path& path) {
    if (const auto* least = keyword(schema, "minLength");
        least && value.is_string() && value.get_ref<const std::string&>().size() < least->get<std::size_t>()) {
      complain(path, Words::tr("This must not be empty."));
    }
    if (const auto* choices = keyword(schema, "enum"); choices && value.is_string()) {
      const auto& chosen = value.get_ref<const std::string&>();
      const auto* blind = keyword(schema, "x-ignore-case");
      const bool ignoreCase = blind && blind->get<bool>();
      QStringList names;
      bool listed = false;
      for (const auto& one : choices->get<std::vector<std::string>>()) {
        names << text(one);
        listed = listed || one == chosen || (ignoreCase && isSame(one, chosen));
      }
      if (!listed) complain(path, Words::tr("This must be one of %1.").arg(names.join(", ")));
    }
    if (!value.is_number()) return;
    const double number = value.get<double>();
    const auto shown = [](const Json& limit) { return text(limit.dump()); };
    if (const auto* least = keyword(schema, "minimum"); least && number < least->get<double>()) {
      complain(path, Words::tr("This must be at least %1.").arg(shown(*least)));
    }
    if (const auto* below = keyword(schema, "exclusiveMinimum"); below && number <= below->get<double>()) {
      complain(path, Words::tr("This must be more than %1.").arg(shown(*below)));
    }
    if (const auto* most = keyword(schema, "maximum"); most && number > most->get<double>()) {
      complain(path, Words::tr("This must be at most %1.").arg(shown(*most)));
    }
  }
};

}  // namespace

const Json& ownSchema() {
  static const Json kSchema = [] {
    QFile file(QStringLiteral(":/larder/config.schema.json"));
    if (!file.open(QIODevice::ReadOnly)) qFatal("the schema is not compiled in");
    const auto content = file.readAll();
    return resolveReferences(
        larder::core::parseOrderedJson({content.constData(), static_cast<std::size_t>(content.size())}).value());
  }();
  return kSchema;
}

std::vector<larder::apitypes::InputError> complaintsOf(const Json& schema, const Json& value) {
  Checker checker;
  checker.check(schema, value, {});
  return std::move(checker.found);
}

Json withoutSecrets(const Json& schema, const Json& value, const Json& written) {
  return unsecret(schema, value, &written).value_or(Json::object());
}

}  // namespace console::forms
