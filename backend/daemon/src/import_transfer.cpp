#include "import_transfer.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
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

core::Result<bool> hardLink(const fs::path& source, const fs::path& target) {
  if (::link(source.c_str(), target.c_str()) == 0) return true;
  if (errno == EEXIST) {  // of an import that was interrupted
    std::error_code error;
    return fs::equivalent(source, target, error) && !error;
  }
  if (cannot(errno)) return false;
  return failed("The blob cannot be linked", errno, source);
}

// ioctl_ficlone(2) into a new file.
core::Result<bool> cloneTo(const fs::path& source, const fs::path& target) {
  FileHandle from(::open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (from.descriptor() < 0) return failed("The blob cannot be opened", errno, source);
  FileHandle to(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kFileMode));
  if (to.descriptor() < 0) return failed("The file cannot be created", errno, target);
  if (::ioctl(to.descriptor(), FICLONE, from.descriptor()) == 0) return true;
  int error = errno;
  ::unlink(target.c_str());
  if (cannot(error)) return false;
  return failed("The blob cannot be cloned", error, source);
}

// Partial content of this id is always a whole clone: it gets its name when it is one.
core::Result<bool> clone(const fs::path& source, const fs::path& directory, const std::string& id) {
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

std::string partialId(Transfer transfer, const core::Digest& digest) {
  const char* kind = transfer == Transfer::Clone      ? "import-clone-"
                     : transfer == Transfer::HardLink ? "import-"
                                                      : "import-copy-";
  return kind + digest.hex().substr(0, 100);
}

core::Result<bool> shareAsPartial(Transfer transfer, const fs::path& source, const fs::path& root,
                                  const std::string& id) {
  auto directory = root / "_larder";
  if (transfer == Transfer::Clone) return clone(source, directory, id);
  return transfer == Transfer::HardLink ? hardLink(source, directory / kPartial / id) : core::Result<bool>(false);
}

core::Result<bool> canShare(Transfer transfer, const fs::path& source, const fs::path& root) {
  auto trial = root / "_larder" / kScratch / ("import-trial-" + std::to_string(::getpid()));
  auto shared = transfer == Transfer::Clone ? cloneTo(source, trial) : hardLink(source, trial);
  ::unlink(trial.c_str());
  return shared;
}

}  // namespace larder::daemon
