#include "htpasswd_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "name_map.hpp"

namespace larder::auth {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr std::size_t kMaxUserBytes = 255;

std::string_view trim(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r";
  std::size_t first = line.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

bool isUserName(std::string_view name) {
  auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return !name.empty() && name.size() <= kMaxUserBytes && std::none_of(name.begin(), name.end(), isControl);
}

Result<HtpasswdEntry> parseLine(std::string_view line) {
  std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorCode::InvalidArgument, "The line has no colon. An entry must be user:hash.");
  }
  std::string user(line.substr(0, colon));
  if (!isUserName(user)) {
    return fail(ErrorCode::InvalidArgument,
                "The user name is empty, longer than 255 bytes or contains control characters.");
  }
  auto hash = parsePasswordHash(line.substr(colon + 1));
  if (!hash) {
    return fail(ErrorCode::InvalidArgument,
                "The password hash " + hash.error().message + ": create the entry again with `htpasswd -B`.");
  }
  return HtpasswdEntry{std::move(user), std::move(*hash)};
}

}  // namespace

Result<std::vector<HtpasswdEntry>> parseHtpasswd(std::string_view text, const std::filesystem::path& path) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<HtpasswdEntry> entries;
  NameMap<std::size_t> lineOf;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    std::string where = path.string() + ':' + std::to_string(number);
    auto entry = parseLine(line);
    if (!entry) return fail(entry.error().code, std::move(entry.error().message), std::move(where));
    auto [known, isNew] = lineOf.try_emplace(entry->user, number);
    if (!isNew) {
      return fail(ErrorCode::InvalidArgument,
                  "The same user is already on line " + std::to_string(known->second) + ": remove the outdated entry.",
                  std::move(where));
    }
    entries.push_back(std::move(*entry));
  }
  return entries;
}

Result<std::vector<HtpasswdEntry>> readHtpasswd(const std::filesystem::path& path) {
  auto unreadable = [&](const std::string& why) {
    return fail(ErrorCode::Io, "The htpasswd file cannot be read: " + why + '.', path.string());
  };
  std::error_code error;
  auto status = std::filesystem::status(path, error);
  if (error) return unreadable(error.message());
  if (!std::filesystem::is_regular_file(status)) return unreadable("it is not a regular file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return unreadable(std::strerror(errno));
  std::string text(kMaxHtpasswdBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return unreadable(std::strerror(errno));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxHtpasswdBytes) {
    return fail(ErrorCode::TooLarge, "The htpasswd file is larger than 1 MiB.", path.string());
  }
  return parseHtpasswd(text, path);
}

}  // namespace larder::auth
