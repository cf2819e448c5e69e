#include "credentials.hpp"

#include "document.hpp"
#include "file_checks.hpp"
#include "larder/config/hosts.hpp"
#include "network_formats.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kMaxCredentialsBytes = 1024 * 1024;

core::Result<Credential> credentialOf(const Json& entry) {
  const auto bad = [](std::string message) { return core::fail(core::ErrorCode::InvalidArgument, std::move(message)); };
  if (!entry.is_object()) return bad("must be an object with username and password");
  Credential credential;
  for (auto it = entry.begin(); it != entry.end(); ++it) {
    auto* field = equalIgnoringCase(it.key(), "username")   ? &credential.username
                  : equalIgnoringCase(it.key(), "password") ? &credential.password
                                                            : nullptr;
    // Zot takes no notice of other members.
    if (field == nullptr) continue;
    if (!it.value().is_string()) return bad("must have strings as username and password");
    *field = it.value().get<std::string>();
  }
  if (credential.username.empty() && credential.password.empty()) return bad("has neither username nor password");
  return credential;
}

}  // namespace

core::Result<std::map<std::string, Credential>> readCredentials(const std::filesystem::path& path) {
  const auto content = readFile(path, kMaxCredentialsBytes);
  if (!content) return core::fail(content.error());
  const auto wrong = [&path](const std::string& what) {
    return core::fail(core::ErrorCode::InvalidArgument,
                      "The credentials file " + quotePath(path) + " is not valid: " + what);
  };
  const auto document = parseDocument(*content, Format::Detect);
  // Without the place: its names are from the file.
  if (!document) return wrong(document.error().message);
  if (!document->is_object()) return wrong("It must be an object with an entry for each host.");

  std::map<std::string, Credential> credentials;
  std::size_t number = 0;
  for (auto it = document->begin(); it != document->end(); ++it) {
    // By its place: a name from the file may be anything, if the file is another one than was meant.
    const auto entry = "Its entry " + std::to_string(++number) + " ";
    const auto host = canonicalHost(it.key());
    if (checkHost(host)) return wrong(entry + "has a name that is not a valid host.");
    auto credential = credentialOf(it.value());
    if (!credential) return wrong(entry + credential.error().message + ".");
    if (!credentials.emplace(host, std::move(*credential)).second) {
      return wrong(entry + "is for the same host as an earlier one.");
    }
  }
  return credentials;
}

}  // namespace larder::config
