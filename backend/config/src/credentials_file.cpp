#include "larder/config/credentials_file.hpp"

#include <functional>

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

std::string versionOf(const FileStamp& stamp) {
  auto text = std::to_string(stamp.device) + ' ' + std::to_string(stamp.inode) + ' ' + std::to_string(stamp.size) +
              ' ' + std::to_string(stamp.modifiedNs);
  return core::Digest::of(text).hex().substr(0, 16);
}

core::Result<void> edit(const std::filesystem::path& path, const std::string& seen,
                        const std::function<core::Result<void>(Json&)>& change) {
  for (int tries = 1;; ++tries) {
    auto content = readForEdit(path, kMaxBytes);
    if (!content) return fail(content.error());
    if (!seen.empty() && seen != versionOf(content->stamp)) {
      return fail(ErrorCode::Conflict, "Somebody else has changed the upstream credentials since you read the list.",
                  "If-Match");
    }
    auto document = content->stamp.exists ? parseDocument(content->text, Format::Json) : Json::object();
    if (!document || !document->is_object()) {
      return fail(ErrorCode::Conflict, "The credentials file " + quote(path.string()) +
                                           " is no JSON object of hosts: mend it by hand first.");
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
  for (const auto& [host, credential] : *credentials) entries.push_back({host, credential.username});
  return entries;
}

std::string CredentialsFile::version() const {
  return versionOf(stampOf(path_));
}

std::optional<std::string> CredentialsFile::readOnly() const {
  if (auto why = whyReadOnly(path_)) return why;
  auto content = readForEdit(path_, kMaxBytes);
  if (content && content->stamp.exists && isYaml(path_, content->text)) return "is YAML, which would lose its comments";
  return std::nullopt;
}

core::Result<void> CredentialsFile::set(const std::string& host, const std::string& username,
                                        const std::string& password, const std::string& seen) const {
  auto canonical = canonicalHost(host);
  if (auto complaint = checkHost(canonical)) return fail(ErrorCode::InvalidArgument, complaint->message, "host");
  return edit(path_, seen, [&](Json& document) -> core::Result<void> {
    auto there = entryOf(document, canonical);
    auto& entry = there != document.end() ? *there : document[canonical];
    entry = {{"username", username}, {"password", password}};
    return {};
  });
}

core::Result<void> CredentialsFile::remove(const std::string& host, const std::string& seen) const {
  auto canonical = canonicalHost(host);
  return edit(path_, seen, [&](Json& document) -> core::Result<void> {
    auto there = entryOf(document, canonical);
    if (there == document.end()) return fail(ErrorCode::NotFound, "There are no credentials for " + host + ".");
    document.erase(there);
    return {};
  });
}

}  // namespace larder::config
