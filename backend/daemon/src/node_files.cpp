#include "node_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace larder::daemon {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMark = "# Managed by larderd node-agent, and removed when it stops.\n";
constexpr std::uintmax_t kMaxBytes = 1024 * 1024;

tl::unexpected<core::Error> ioError(const std::string& what, const fs::path& path, std::error_code code) {
  return core::fail(core::ErrorCode::Io, what + ": " + code.message() + ". Give the agent write permission here.",
                    path.string());
}

// Nothing if it is no regular file or cannot be read.
std::optional<std::string> contentOf(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_regular_file(fs::symlink_status(path, failed)) || fs::file_size(path, failed) > kMaxBytes || failed) {
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return std::nullopt;
  return std::move(text).str();
}

bool isOurs(const fs::path& path) {
  auto content = contentOf(path);
  return content && content->starts_with(kMark);
}

// Beside it, then renamed: a runtime reads it at any time. No fsync, since it is written again after a crash.
core::Result<void> replace(const fs::path& path, const std::string& content) {
  auto draft = path;
  draft += ".larder-new";
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  if (failed) return ioError("The directory cannot be created", path.parent_path(), failed);
  fs::remove(draft, failed);
  int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file < 0) return ioError("The file cannot be written", path, {errno, std::generic_category()});
  auto written = ::write(file, content.data(), content.size());
  std::error_code problem(errno, std::generic_category());
  bool whole = written == static_cast<ssize_t>(content.size());
  ::fchmod(file, 0644);  // whatever the umask is: the runtime may be another user
  ::close(file);
  if (whole && ::rename(draft.c_str(), path.c_str()) == 0) return {};
  if (whole) problem.assign(errno, std::generic_category());
  fs::remove(draft, failed);
  return ioError("The file cannot be written", path, problem);
}

}  // namespace

NodeFiles::NodeFiles(fs::path directory) : directory_(std::move(directory)) {}

core::Result<std::set<std::string>> NodeFiles::ours() const {
  std::set<std::string> found;
  std::error_code failed;
  if (!fs::exists(directory_, failed)) return found;
  for (fs::recursive_directory_iterator at(directory_, failed), end; !failed && at != end; at.increment(failed)) {
    if (at.depth() > 0) at.disable_recursion_pending();
    if (isOurs(at->path())) found.insert(at->path().lexically_relative(directory_).string());
  }
  if (failed) return ioError("The directory cannot be read", directory_, failed);
  return found;
}

core::Result<NodeFiles::Outcome> NodeFiles::apply(const std::map<std::string, std::string>& wanted) const {
  auto present = ours();
  if (!present) return core::fail(present.error());
  Outcome outcome;
  for (const auto& [name, content] : wanted) {
    auto path = directory_ / name;
    std::error_code failed;
    if (!present->contains(name) && fs::exists(fs::symlink_status(path, failed))) {
      outcome.foreign.insert(name);
      continue;
    }
    auto text = std::string(kMark) + content;
    if (contentOf(path) == text) continue;
    if (auto done = replace(path, text); !done) return core::fail(done.error());
    ++outcome.written;
  }
  for (const auto& name : *present) {
    if (wanted.contains(name)) continue;
    auto path = directory_ / name;
    std::error_code failed;
    if (!fs::remove(path, failed)) return ioError("The file cannot be removed", path, failed);
    ++outcome.removed;
    if (path.parent_path() != directory_) ::rmdir(path.parent_path().c_str());  // unless there is something else in it
  }
  return outcome;
}

}  // namespace larder::daemon
