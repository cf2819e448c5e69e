// config.schema.json as a tree to walk along with a document. It knows the part of JSON Schema draft-07 that the file
// uses, and its x- keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "larder/config/json.hpp"

namespace larder::config {

enum class Kind : std::uint8_t { String = 1, Integer = 2, Number = 4, Boolean = 8, Array = 16, Object = 32 };

enum class ValueFormat {
  None,
  Address,         // an IP literal, "localhost" or ""
  Bytes,           // 10GiB
  BytesOrPercent,  // 10GiB or 80%
  Duration,        // Go's
  Glob,
  Host,      // host[:port]
  Network,   // an IP address, or 10.0.0.0/8
  HttpPath,  // of the metrics
  Origin,    // scheme://host[:port]
  Platform,  // os/architecture[/variant]
  Path,      // of a file or directory
  Percent,   // 80% or 80
  Port,
  Re2,
  Route,       // of a sub-path: /team
  TimeWindow,  // 01:00-08:00
  Url,         // http or https, without user and password
};

// Whether a change takes effect after a restart only. Presence: when the key comes or goes.
enum class Restart { Never, Presence, Always };

enum class Exists { Anything, File, Directory };

// What a path is for, which decides where an edit may point it (file_scope.hpp).
enum class PathUse {
  File,       // read here, or kept here
  Directory,  // of such files
  Sent,       // its content, or what is signed with it, goes to a token service
  Log,        // written to, and shown by the API
  Data,       // the store
  Listed,     // opens a directory to edits
};

struct SchemaNode;
using SchemaPtr = std::shared_ptr<const SchemaNode>;

// One place of the schema. Immutable; `$ref` is resolved.
struct SchemaNode {
  std::uint8_t kinds = 0;
  std::vector<std::pair<std::string, SchemaPtr>> properties;
  std::unordered_map<std::string, std::size_t> byLowerName;  // index in `properties`
  SchemaPtr additional;                                      // of members that `properties` does not name
  SchemaPtr items;
  ValueFormat nameFormat = ValueFormat::None;  // of the names that are data
  ValueFormat format = ValueFormat::None;
  std::vector<std::string> enumeration, required;
  bool ignoreCase = false;
  std::optional<double> minimum, maximum, exclusiveMinimum;
  std::size_t minItems = 0, minLength = 0;
  std::optional<std::chrono::nanoseconds> minDuration;
  Exists exists = Exists::Anything;
  PathUse pathUse = PathUse::File;  // of a ValueFormat::Path
  Restart restart = Restart::Never;
  bool secret = false;
  bool fileOnly = false;              // no edit changes it: it is written into the file by hand
  std::string warning;                // "" if the key is honoured
  std::vector<std::string> identity;  // of an element of a list: the members that tell it from others
  std::vector<std::string> address;   // the members that say where the secrets of this object go
  std::optional<Json> defaultValue;

  bool allows(Kind kind) const { return (kinds & static_cast<std::uint8_t>(kind)) != 0; }
  // Whether members may have names that are data: globs, hosts, groups.
  bool hasDataNames() const { return additional != nullptr && properties.empty(); }
  // The property of that name without regard to case; null if there is none.
  const std::pair<std::string, SchemaPtr>* find(std::string_view name) const;
  std::vector<std::string> propertyNames() const;
};

// The root. Throws std::runtime_error for a schema that uses what this file does not know: that is a bug.
SchemaPtr parseSchema(std::string_view text);
// config.schema.json as embedded; parsed once, by the first who asks.
const SchemaNode& configSchema();

// Every place, as "http.auth.htpasswd.path", that ends in a property of this name; case does not count.
std::vector<std::string> placesOf(const SchemaNode& root, std::string_view name);

}  // namespace larder::config
