#include "file_checks.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "text.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kMaxHtpasswdBytes = 16 * 1024 * 1024;

std::string reasonOf(int error) {
  return std::generic_category().message(error);
}

}  // namespace

core::Result<std::string> readFile(const std::filesystem::path& path, std::size_t limit) {
  const auto shown = quotePath(path);
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return core::fail(core::ErrorCode::Io, "The file " + shown + " does not exist.");
  }
  if (!std::filesystem::is_regular_file(status))
    return core::fail(core::ErrorCode::Io, shown + " is not a regular file.");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    return core::fail(core::ErrorCode::Io, "The file " + shown + " cannot be read: " + reasonOf(errno) + ".");
  std::string content;
  std::array<char, 64 * 1024> buffer;
  while (content.size() <= limit && stream) {
    stream.read(buffer.data(), buffer.size());
    content.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad())
    return core::fail(core::ErrorCode::Io, "The file " + shown + " cannot be read: " + reasonOf(errno) + ".");
  if (content.size() > limit) {
    return core::fail(core::ErrorCode::TooLarge,
                      "The file " + shown + " is larger than " + std::to_string(limit / 1024) + " KiB.");
  }
  return content;
}

std::optional<Complaint> checkExists(const std::filesystem::path& path, Exists kind) {
  if (path.empty()) return std::nullopt;
  const auto shown = quotePath(path);
  if (kind == Exists::Directory) {
    std::error_code error;
    const std::filesystem::directory_iterator entries(path, error);
    if (!error) return std::nullopt;
    return Complaint{"The directory " + shown + " cannot be read: " + error.message() + ".",
                     "Create it, or change the path"};
  }
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return Complaint{"The file " + shown + " does not exist.", "Create it, or change the path"};
  }
  if (!std::filesystem::is_regular_file(status))
    return Complaint{shown + " is not a regular file.", "Name the file itself"};
  errno = 0;
  if (!std::ifstream(path)) {
    return Complaint{"The file " + shown + " cannot be read: " + reasonOf(errno) + ".",
                     "Make it readable for the user that runs larderd"};
  }
  return std::nullopt;
}

std::optional<Complaint> checkHtpasswd(const std::filesystem::path& path) {
  const auto content = readFile(path, kMaxHtpasswdBytes);
  if (!content) return Complaint{content.error().message, ""};
  std::size_t number = 0;
  for (std::string_view rest = *content; !rest.empty();) {
    const auto newline = rest.find('\n');
    const auto line = trim(rest.substr(0, newline));
    rest = newline == std::string_view::npos ? std::string_view{} : rest.substr(newline + 1);
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const auto colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos || colon + 1 == line.size()) {
      return Complaint{"Line " + std::to_string(number) + " of " + quotePath(path) + " is not a valid name:hash entry.",
                       "Create entries with htpasswd -nB name"};
    }
  }
  return std::nullopt;
}

}  // namespace larder::config
