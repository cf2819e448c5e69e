#include "local_token.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "larder/core/digest.hpp"

namespace larder::daemon {
namespace {

namespace fs = std::filesystem;

// Daemons with one host name and one port: on different addresses of a machine.
constexpr int kMostOfOneName = 16;
// Until a daemon holds the lock on the file that it is making; far more than that takes.
constexpr std::time_t kDraftSeconds = 60;

core::Result<std::unique_ptr<LocalToken>> failed(const fs::path& path) {
  return core::fail(core::ErrorCode::Io,
                    std::string("The daemon's token cannot be saved: ") + std::strerror(errno) + ".", path.string());
}

core::Result<std::string> randomText() {
  std::array<std::byte, 32> raw{};
  if (::getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(raw.size())) {
    return core::fail(core::ErrorCode::Io, "getrandom(2) failed.");
  }
  return core::Digest::fromRaw(core::DigestAlgorithm::Sha256, raw).hex();
}

std::string ownName(std::uint16_t port) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0 || host[0] == '\0') return "larderd-" + std::to_string(port);
  std::string name(host.data());
  std::ranges::replace(name, '/', '_');
  return name + "-" + std::to_string(port);
}

// What daemons that are gone left behind. Nothing that fails here is in anybody's way.
void sweep(const fs::path& directory) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    int file = ::open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) continue;
    struct stat state{};
    bool isDraft = entry.path().filename().string().starts_with('.');
    bool isOld = ::fstat(file, &state) == 0 && state.st_mtime + kDraftSeconds < std::time(nullptr);
    if ((!isDraft || isOld) && ::flock(file, LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str());
    ::close(file);
  }
}

bool writeAll(int file, const std::string& text) {
  return ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Gives the draft its name; the name that it got, empty if there is none left.
fs::path publish(const fs::path& draft, const fs::path& directory, const std::string& name) {
  for (int i = 1; i <= kMostOfOneName; ++i) {
    auto file = directory / (i == 1 ? name : name + "-" + std::to_string(i));
    if (::link(draft.c_str(), file.c_str()) == 0) return file;
    if (errno != EEXIST) return {};
  }
  return {};
}

}  // namespace

core::Result<std::unique_ptr<LocalToken>> LocalToken::make(const fs::path& data, std::uint16_t port) {
  auto text = randomText();
  if (!text) return core::fail(text.error());
  auto directory = data / "_larder" / "tokens";
  std::error_code error;
  fs::create_directories(directory.parent_path(), error);
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return failed(directory);
  sweep(directory);

  // Locked before it has its name: until then the other daemons leave it alone.
  auto draft = directory / ("." + text->substr(0, 16));
  // With a name of its own, so that whoever makes files here can make none of it.
  int file = ::open(draft.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return failed(draft);
  ::flock(file, LOCK_EX | LOCK_NB);
  fs::path name;
  if (writeAll(file, *text + "\n")) name = publish(draft, directory, ownName(port));
  auto why = errno;
  ::unlink(draft.c_str());
  if (name.empty()) {
    ::close(file);
    errno = why;
    return failed(directory);
  }
  return std::unique_ptr<LocalToken>(new LocalToken(std::move(*text), std::move(name), file));
}

LocalToken::~LocalToken() {
  struct stat own{};
  struct stat named{};
  // Somebody may have put another file in its place.
  if (::fstat(descriptor_, &own) == 0 && ::stat(file_.c_str(), &named) == 0 && own.st_ino == named.st_ino &&
      own.st_dev == named.st_dev) {
    ::unlink(file_.c_str());
  }
  ::close(descriptor_);
}

}  // namespace larder::daemon
