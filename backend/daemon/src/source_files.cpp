#include "source_files.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <iterator>
#include <string>
#include <system_error>

namespace larder::daemon {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using storage::FileHandle;

constexpr int kRaceTries = 10;  // openat2(2): EAGAIN while something is renamed above

// -1 and ENOSYS where the kernel, or what confines the process, does not know openat2(2).
int openAtOnce(int root, const fs::path& path, int flags) {
  static std::atomic<bool> unknown{false};
  ::open_how how{};
  how.flags = static_cast<decltype(how.flags)>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  for (int tries = 0; !unknown; ++tries) {
    auto opened = static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof(how)));
    if (opened >= 0 || (errno != ENOSYS && errno != EPERM && (errno != EAGAIN || tries == kRaceTries))) return opened;
    if (errno != EAGAIN) unknown = true;
  }
  errno = ENOSYS;
  return -1;
}

int openByComponents(int root, const fs::path& path, int flags) {
  SourceHandle parent;
  for (auto at = path.begin(); at != path.end(); ++at) {
    int directory = parent ? parent->descriptor() : root;
    if (*at == "..") return errno = ELOOP, -1;
    bool isLast = std::next(at) == path.end();
    int next =
        ::openat(directory, at->c_str(), isLast ? flags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0 || isLast) return next;
    parent = std::make_shared<FileHandle>(next);
  }
  errno = ENOENT;
  return -1;
}

tl::unexpected<core::Error> failed(int error, const fs::path& path) {
  bool isAbsent = error == ENOENT || error == ENOTDIR || error == ELOOP || error == EXDEV || error == ENXIO;
  return core::fail(isAbsent ? ErrorCode::NotFound : ErrorCode::Io, std::generic_category().message(error) + ".",
                    path.string());
}

}  // namespace

core::Result<std::size_t> SourceFile::readAt(std::uint64_t offset, std::span<std::byte> into) const {
  std::size_t got = 0;
  while (got < into.size()) {
    auto rest = into.subspan(got);
    auto read = ::pread(file->descriptor(), rest.data(), rest.size(), static_cast<off_t>(offset + got));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return core::fail(ErrorCode::Io, std::generic_category().message(errno) + ".");
    if (read == 0) break;
    got += static_cast<std::size_t>(read);
  }
  return got;
}

core::Result<SourceHandle> openBelow(const fs::path& root, const fs::path& path, int flags) {
  flags |= O_CLOEXEC;
  FileHandle top(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (top.descriptor() < 0) return failed(errno, root);
  int opened = openAtOnce(top.descriptor(), path, flags);
  if (opened < 0 && errno == ENOSYS) opened = openByComponents(top.descriptor(), path, flags);
  if (opened < 0) return failed(errno, root / path);
  return std::make_shared<FileHandle>(opened);
}

core::Result<SourceFile> openFileBelow(const fs::path& root, const fs::path& path) {
  // A pipe would be waited for.
  auto opened = openBelow(root, path, O_RDONLY | O_NONBLOCK);
  if (!opened) return core::fail(std::move(opened.error()));
  SourceFile file{std::move(*opened)};
  if (::fstat(file.file->descriptor(), &file.info) != 0) return failed(errno, root / path);
  if (!S_ISREG(file.info.st_mode))
    return core::fail(ErrorCode::NotFound, "This is not a file.", (root / path).string());
  return file;
}

}  // namespace larder::daemon
