#include "larder/config/load.hpp"

#include "checker.hpp"
#include "credentials.hpp"
#include "decode.hpp"
#include "document.hpp"
#include "embedded.hpp"
#include "file_checks.hpp"
#include "larder/core/json.hpp"
#include "meaning.hpp"
#include "rule_ids.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

Loaded failed(std::string path, std::string message, std::string hint = {}) {
  return {nullptr, {{Severity::Error, std::move(path), std::move(message), std::move(hint)}}};
}

// Zot starts without a credentials file that is not there, and pulls anonymously; one that is wrong is an error.
void loadCredentials(Sync& sync, Findings& findings) {
  if (sync.credentialsFile.empty()) return;
  const auto path = Path{} / "extensions" / "sync" / "credentialsFile";
  if (const auto missing = checkExists(sync.credentialsFile, Exists::File)) {
    findings.warning(path, missing->message + " Until it exists, pulls are made without credentials.", missing->hint);
    return;
  }
  auto credentials = readCredentials(sync.credentialsFile);
  if (credentials) {
    sync.credentials = std::move(*credentials);
  } else {
    findings.error(path, credentials.error().message);
  }
}

void nameRules(std::vector<SyncRegistry>& rules, const Json& document, RuleIds ids) {
  if (ids.size() != rules.size()) ids = identifyRules(document, {}, {});
  for (std::size_t i = 0; i < rules.size() && i < ids.size(); ++i) rules[i].id = std::move(ids[i]);
}

Loaded load(std::string_view text, const std::filesystem::path& file, Format format) {
  const auto document = parseDocument(text, format);
  if (!document) return failed(document.error().where, ofFile(file, document.error()).message);
  return loadDocument(*document);
}

}  // namespace

Loaded loadDocument(const Json& document, const std::vector<std::string>& ruleIds) {
  if (document.is_null()) return failed("", "The configuration is empty.", "Use {} for the defaults");
  if (!document.is_object()) return failed("", "The configuration must be an object.");

  const auto& schema = configSchema();
  Findings findings;
  auto checked = check(schema, document, findings);
  checkHttp(checked, findings);
  checkAccess(checked, findings);
  checkStorage(checked, findings);
  checkBlocks(checked, findings);
  checkSync(checked, findings);
  if (findings.hasErrors()) return {nullptr, findings.sorted(document)};

  fillDefaults(schema, checked);
  auto config = std::make_shared<Config>(decode(checked));
  if (config->extensions.sync) {
    nameRules(config->extensions.sync->registries, document, ruleIds);
    loadCredentials(*config->extensions.sync, findings);
  }
  if (findings.hasErrors()) config.reset();
  return {std::move(config), findings.sorted(document)};
}

Loaded loadText(std::string_view text) {
  return load(text, {}, Format::Detect);
}

Loaded loadFile(const std::filesystem::path& path) {
  const auto content = readFile(path, kMaxDocumentBytes);
  if (!content) return failed("", content.error().message);
  return load(*content, path, formatOf(path));
}

std::string_view schemaText() {
  return embedded::configSchemaJson();
}

std::string defaultConfigText(const std::filesystem::path& dataDirectory) {
  auto document = core::parseOrderedJson(embedded::defaultConfigJson()).value();
  document["storage"]["rootDirectory"] = dataDirectory.string();
  return document.dump(2) + "\n";
}

std::string toString(const Problem& problem) {
  std::string text = problem.path.empty() ? problem.message : problem.path + ": " + problem.message;
  if (!problem.hint.empty()) text += " (" + problem.hint + ")";
  return text;
}

}  // namespace larder::config
