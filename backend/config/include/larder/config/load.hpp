// Loading: text (JSON or YAML, by content) → validated Config, with every problem found at once.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "larder/config/config.hpp"
#include "larder/config/json.hpp"
#include "larder/core/result.hpp"

namespace larder::config {

enum class Severity { Error, Warning };

// Something wrong with, or not done for, one place of the input.
struct Problem {
  Severity severity = Severity::Error;
  std::string path;     // JSON path as a person writes it: http.auth.htpasswd.path, extensions.sync.registries[0].urls
  std::string message;  // what is wrong
  std::string hint;     // what would be right, "" if the message says it
};

struct Loaded {
  Snapshot config;                // null if there is an error among the problems
  std::vector<Problem> problems;  // errors first, then warnings, each in the file's order
};

// The embedded default: on-demand mirrors of the big registries, 127.0.0.1:5000, metrics on.
// `dataDirectory` becomes storage.rootDirectory.
std::string defaultConfigText(const std::filesystem::path& dataDirectory);

// Parses and checks `text`; relative paths in it are relative to the working directory, as in Zot. Reads the files that
// it names (credentials, certificates, htpasswd are checked for existence and form).
Loaded loadText(std::string_view text);
// The same of a document that is parsed already. `ruleIds`: the identities of its sync rules, in their order; those
// that new rules get if they are not one for each.
Loaded loadDocument(const Json& document, const std::vector<std::string>& ruleIds = {});
// Reads and loads a file. A missing or unreadable one is a Problem too.
Loaded loadFile(const std::filesystem::path& path);

// config.schema.json as embedded, for the consoles.
std::string_view schemaText();

// "path: message (hint)", one line.
std::string toString(const Problem& problem);

// The keys that differ between two snapshots and take effect after a restart only (x-restart in the schema), as paths.
std::vector<std::string> restartNeeded(const Config& running, const Config& loaded);

}  // namespace larder::config
