#include "larder/config/credentials_file.hpp"

#include <functional>
#include <random>

#include "credentials.hpp"
#include "document.hpp"
#include "larder/config/file_edit.hpp"
#include "larder/config/hosts.hpp"
#include "larder/core/digest.hpp"
#include "layers.hpp"
#include "network_formats.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;
using core::fail;

constexpr std::size_t kMaxBytes = 1024 * 1024;
constexpr int kTries = 3;

auto entryOf(Json& document, const std::string& host) {
  auto it = document.begin();
  while (it != document.end() && canonicalHost(it.key()) != host) ++it;
  return it;
}

// Of this process: who may read the versions must not be able to try passwords on them.
const std::string& salt() {
  static const std::string made = [] {
    std::random_device random;
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += std::to_string(random()) + ' ';
    return bytes;
  }();
  return made;
}

std::string versionOf(const std::string& host, const std::string& username, const std::string& password) {
  return core::Digest::of(salt() + Json{host, username, password}.dump(-1, ' ', false, Json::error_handler_t::replace))
      .hex()
      .substr(0, 16);
}

// Conflict if the entry of the host is not the one that was seen.
core::Result<void> checkSeen(const std::filesystem::path& path, const std::string& host, const std::string& seen) {
  if (seen.empty()) return {};
  std::map<std::string, Credential> none;
  auto credentials =
      stampOf(path).exists ? readCredentials(path) : core::Result<std::map<std::string, Credential>>(none);
  if (!credentials) return fail(credentials.error());
  auto there = credentials->find(host);
  if (there != credentials->end() && versionOf(host, there->second.username, there->second.password) == seen) return {};
  return fail(ErrorCode::Conflict,
              there != credentials->end()
                  ? "Someone else has changed the credentials of " + host + " since you read the list."
                  : "Someone else has removed the credentials of " + host + " since you read the list.",
              "If-Match");
}

core::Result<void> edit(const std::filesystem::path& path, const std::string& host, const std::string& seen,
                        const std::function<core::Result<void>(Json&)>& change) {
  for (int tries = 1;; ++tries) {
    auto content = readForEdit(path, kMaxBytes);
    if (!content) return fail(content.error());
    // If it changes in between, the file is not replaced.
    if (auto checked = checkSeen(path, host, seen); !checked) return checked;
    auto document = content->stamp.exists ? parseDocument(content->text, Format::Json) : Json::object();
    if (!document || !document->is_object()) {
      return fail(ErrorCode::Conflict, "The credentials file " + quotePath(path) +
                                           " is not a JSON object with an entry for each host. Fix it by hand first.");
    }
    if (auto changed = change(*document); !changed) return changed;
    auto replaced = replaceFile(path, asText(*document, content->text), content->stamp, 0600);
    if (replaced) return {};
    if (replaced.error().code != ErrorCode::Conflict || tries == kTries) return fail(replaced.error());
  }
}

}  // namespace

core::Result<std::vector<CredentialsFile::Entry>> CredentialsFile::list() const {
  std::vector<Entry> entries;
  if (!stampOf(path_).exists) return entries;
  auto credentials = readCredentials(path_);
  if (!credentials) return fail(credentials.error());
  for (const auto& [host, credential] : *credentials) {
    entries.push_back({host, credential.username, versionOf(host, credential.username, credential.password)});
  }
  return entries;
}

std::optional<std::string> CredentialsFile::readOnly() const {
  if (auto why = whyReadOnly(path_)) return why;
  auto content = readForEdit(path_, kMaxBytes);
  if (content && content->stamp.exists && isYaml(path_, content->text))
    return "is YAML, and saving it would lose its comments";
  return std::nullopt;
}

core::Result<void> CredentialsFile::set(const std::string& host, const std::string& username,
                                        const std::string& password, const SeenCredentials& seen) const {
  auto canonical = canonicalHost(host);
  if (auto complaint = checkHost(canonical)) return fail(ErrorCode::InvalidArgument, complaint->message, "host");
  return edit(path_, canonical, seen.version, [&](Json& document) -> core::Result<void> {
    auto there = entryOf(document, canonical);
    if (seen.isNew && there != document.end()) {
      return fail(ErrorCode::Conflict, "Credentials for " + canonical + " already exist. Edit those instead.",
                  "If-None-Match");
    }
    auto& entry = there != document.end() ? *there : document[canonical];
    entry = {{"username", username}, {"password", password}};
    return {};
  });
}

core::Result<void> CredentialsFile::remove(const std::string& host, const std::string& seen) const {
  auto canonical = canonicalHost(host);
  return edit(path_, canonical, seen, [&](Json& document) -> core::Result<void> {
    auto there = entryOf(document, canonical);
    if (there == document.end()) return fail(ErrorCode::NotFound, "There are no credentials for " + host + ".");
    document.erase(there);
    return {};
  });
}

}  // namespace larder::config
