#include "larder/auth/user_file.hpp"

#include <algorithm>

#include "htpasswd_file.hpp"
#include "larder/config/file_edit.hpp"
#include "larder/core/digest.hpp"

namespace larder::auth {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr std::size_t kMaxNameBytes = 255;
constexpr int kTries = 3;

// Where the line of a user stands.
struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;  // after its newline, if it has one
};

std::optional<Line> lineOf(std::string_view text, std::string_view name) {
  for (std::size_t begin = 0; begin < text.size();) {
    auto newline = text.find('\n', begin);
    auto end = newline == std::string_view::npos ? text.size() : newline + 1;
    auto line = text.substr(begin, end - begin);
    auto first = line.find_first_not_of(" \t\xEF\xBB\xBF");
    if (first != std::string_view::npos) {
      auto entry = line.substr(first);
      if (entry.starts_with(name) && entry.substr(name.size()).starts_with(':')) return Line{begin, end};
    }
    begin = end;
  }
  return std::nullopt;
}

// Of a user's line. A hash that is hashed again tells no more than that it is another one.
std::string versionOf(std::string_view text, const Line& line) {
  auto content = text.substr(line.begin, line.end - line.begin);
  while (content.ends_with('\n') || content.ends_with('\r')) content.remove_suffix(1);
  return core::Digest::of(content).hex().substr(0, 16);
}

tl::unexpected<core::Error> noSuchUser(const std::string& name) {
  return fail(ErrorCode::NotFound, "There is no user named " + name + ".");
}

tl::unexpected<core::Error> changedMeanwhile(const std::string& name) {
  return fail(ErrorCode::Conflict, "Someone else has changed the password of " + name + " since you read the list.",
              "If-Match");
}

Result<config::FileContent> readThere(const std::filesystem::path& path) {
  auto content = config::readForEdit(path, kMaxHtpasswdBytes);
  if (!content || content->stamp.exists) return content;
  return fail(ErrorCode::Conflict,
              "The htpasswd file " + path.string() +
                  " does not exist any more: restore it, or set http.auth.htpasswd.path to another file.",
              "http.auth.htpasswd.path");
}

template <class Entries>
std::vector<std::string> namesOf(const Entries& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.user);
  return names;
}

const char* nameOf(HashKind kind) {
  switch (kind) {
    case HashKind::Bcrypt:
      return "bcrypt";
    case HashKind::Sha256:
      return "sha256-crypt";
    case HashKind::Sha512:
      break;
  }
  return "sha512-crypt";
}

}  // namespace

std::optional<std::string> faultOfName(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes) return "A user name must have 1 to 255 bytes.";
  auto isUnfit = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == ':'; };
  if (std::ranges::any_of(name, isUnfit)) return "A user name must not contain colons, spaces or control characters.";
  if (name.starts_with('#')) return "A user name must not begin with #: the line would be a comment.";
  return std::nullopt;
}

std::optional<std::string> faultOfPassword(std::string_view password) {
  auto isCharacter = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  };  // its first byte in UTF-8
  if (std::ranges::count_if(password, isCharacter) < static_cast<std::ptrdiff_t>(UserFile::kMinPasswordCharacters)) {
    return "The password must have at least 8 characters.";
  }
  if (password.size() > UserFile::kMaxPasswordBytes) {
    return "The password must not be longer than 72 bytes; bcrypt ignores the rest.";
  }
  if (password.find('\0') != std::string_view::npos) return "The password must not contain NUL.";
  return std::nullopt;
}

Result<std::vector<UserEntry>> UserFile::list() const {
  auto content = readThere(path_);
  if (!content) return fail(content.error());
  auto entries = readHtpasswd(path_);
  if (!entries) return fail(entries.error());
  std::vector<UserEntry> users;
  users.reserve(entries->size());
  for (const auto& entry : *entries) {
    bool isBcrypt = entry.hash.kind == HashKind::Bcrypt;
    auto line = lineOf(content->text, entry.user);
    users.push_back({entry.user, nameOf(entry.hash.kind), isBcrypt ? std::optional(entry.hash.cost) : std::nullopt,
                     line ? versionOf(content->text, *line) : ""});
  }
  return users;
}

std::optional<std::string> UserFile::readOnly() const {
  return config::whyReadOnly(path_);
}

Result<void> UserFile::edit(const Edit& change) const {
  for (int tries = 1;; ++tries) {
    auto content = readThere(path_);
    if (!content) return fail(content.error());
    auto text = change(content->text);
    if (!text) return fail(text.error());
    // A line that the daemon could not read would keep the file from being loaded.
    auto after = parseHtpasswd(*text, path_);
    if (!after) return fail(after.error());
    if (check_) {
      auto before = parseHtpasswd(content->text, path_);
      if (!before) return fail(before.error());
      if (auto why = check_(namesOf(*before), namesOf(*after))) return fail(std::move(*why));
    }
    if (text->size() > kMaxHtpasswdBytes) return fail(ErrorCode::TooLarge, "The htpasswd file would be too large.");
    auto replaced = config::replaceFile(path_, *text, content->stamp, 0640);
    if (replaced) return {};
    // Somebody else's change: this one goes on top of it.
    if (replaced.error().code != ErrorCode::Conflict || tries == kTries) return fail(replaced.error());
  }
}

Result<void> UserFile::add(const std::string& name, const std::string& password, unsigned cost) const {
  if (auto fault = faultOfName(name)) return fail(ErrorCode::InvalidArgument, *fault, "name");
  if (auto fault = faultOfPassword(password)) return fail(ErrorCode::InvalidArgument, *fault, "password");
  auto line = name + ":" + makeBcrypt(password, cost) + "\n";
  return edit([&](const std::string& text) -> Result<std::string> {
    if (lineOf(text, name)) return fail(ErrorCode::Conflict, "The user " + name + " already exists.");
    bool isOpen = !text.empty() && text.back() != '\n';
    return text + (isOpen ? "\n" : "") + line;
  });
}

Result<void> UserFile::setPassword(const std::string& name, const std::string& password, unsigned cost,
                                   const std::string& seen) const {
  if (auto fault = faultOfPassword(password)) return fail(ErrorCode::InvalidArgument, *fault, "password");
  auto line = name + ":" + makeBcrypt(password, cost);
  return edit([&](const std::string& text) -> Result<std::string> {
    auto old = lineOf(text, name);
    if (!old) return noSuchUser(name);
    if (!seen.empty() && seen != versionOf(text, *old)) return changedMeanwhile(name);
    auto rest = std::string_view(text).substr(old->begin, old->end - old->begin);
    auto ending = rest.substr(rest.find_last_not_of("\r\n") + 1);
    return text.substr(0, old->begin) + line + std::string(ending) + text.substr(old->end);
  });
}

Result<void> UserFile::remove(const std::string& name, const std::string& seen) const {
  return edit([&](const std::string& text) -> Result<std::string> {
    auto old = lineOf(text, name);
    if (!old) return noSuchUser(name);
    if (!seen.empty() && seen != versionOf(text, *old)) return changedMeanwhile(name);
    return text.substr(0, old->begin) + text.substr(old->end);
  });
}

}  // namespace larder::auth
