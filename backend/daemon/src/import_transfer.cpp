#include "import_transfer.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "larder/storage/blob_store.hpp"

namespace larder::daemon {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using storage::FileHandle;

constexpr const char* kPartial = "partial";
// What is not finished is made where the blob store removes what a crash has left.
constexpr const char* kScratch = "scratch";
constexpr mode_t kFileMode = 0640;

tl::unexpected<core::Error> failed(const char* what, int error, const fs::path& path) {
  auto code = error == ENOSPC || error == EDQUOT ? ErrorCode::NoSpace : ErrorCode::Io;
  return core::fail(code, std::string(what) + ": " + std::generic_category().message(error) + ".", path.string());
}

// That the file systems differ, have no such thing, or forbid it.
bool cannot(int error) {
  return error == EXDEV || error == EPERM || error == EMLINK || error == EOPNOTSUPP || error == EACCES ||
         error == EINVAL || error == ENOTTY || error == ENOSYS;
}

// By its descriptor, so that it is the file that was opened (open(2), "O_TMPFILE").
core::Result<bool> hardLink(const SourceFile& source, const fs::path& target) {
  auto opened = "/proc/self/fd/" + std::to_string(source.file->descriptor());
  if (::linkat(AT_FDCWD, opened.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) == 0) return true;
  if (errno == EEXIST) {  // of an import that was interrupted
    struct ::stat there{};
    return ::lstat(target.c_str(), &there) == 0 && there.st_dev == source.info.st_dev &&
           there.st_ino == source.info.st_ino;
  }
  if (cannot(errno)) return false;
  return failed("The blob cannot be linked", errno, target);
}

// ioctl_ficlone(2) into a new file.
core::Result<bool> cloneTo(const SourceFile& source, const fs::path& target) {
  FileHandle to(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kFileMode));
  if (to.descriptor() < 0) return failed("The file cannot be created", errno, target);
  if (::ioctl(to.descriptor(), FICLONE, source.file->descriptor()) == 0) return true;
  int error = errno;
  ::unlink(target.c_str());
  if (cannot(error)) return false;
  return failed("The blob cannot be cloned", error, target);
}

// Partial content of this id is always a whole clone: it gets its name when it is one.
core::Result<bool> clone(const SourceFile& source, const fs::path& directory, const std::string& id) {
  auto draft = directory / kScratch / (id + "-" + std::to_string(::getpid()));
  auto cloned = cloneTo(source, draft);
  if (!cloned || !*cloned) return cloned;
  bool named = ::link(draft.c_str(), (directory / kPartial / id).c_str()) == 0 || errno == EEXIST;
  int error = errno;
  ::unlink(draft.c_str());
  if (!named) return failed("The blob cannot be renamed", error, directory / kPartial / id);
  return true;
}

}  // namespace

std::string partialId(Transfer transfer, const core::Digest& digest, const std::string& repository) {
  const char* kind = transfer == Transfer::Clone      ? "import-clone-"
                     : transfer == Transfer::HardLink ? "import-"
                                                      : "import-copy-";
  auto whose = transfer == Transfer::Copy ? digest : core::Digest::of(repository + "@" + digest.toString());
  return kind + whose.hex().substr(0, 100);
}

core::Result<bool> shareAsPartial(Transfer transfer, const SourceFile& source, const fs::path& root,
                                  const std::string& id) {
  auto directory = root / "_larder";
  if (transfer == Transfer::Clone) return clone(source, directory, id);
  return transfer == Transfer::HardLink ? hardLink(source, directory / kPartial / id) : core::Result<bool>(false);
}

core::Result<bool> canShare(Transfer transfer, const SourceFile& source, const fs::path& root) {
  auto trial = root / "_larder" / kScratch / ("import-trial-" + std::to_string(::getpid()));
  auto shared = transfer == Transfer::Clone ? cloneTo(source, trial) : hardLink(source, trial);
  ::unlink(trial.c_str());
  return shared;
}

}  // namespace larder::daemon
