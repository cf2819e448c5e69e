#include "drivers/filesystem/directories.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace larder::storage::filesystem {
namespace {

Result<void> makeDirectory(int parent, const char* name, const std::string& path) {
  if (::mkdirat(parent, name, kDirectoryMode) == 0 || errno == EEXIST) return {};
  return failSystem(errno, "make the directory", path);
}

Result<UniqueFd> openDirectory(int parent, const char* name, const std::string& path) {
  UniqueFd descriptor = openAt(parent, name, O_RDONLY | O_DIRECTORY);
  if (!descriptor) return failSystem(errno, "open the directory", path);
  return descriptor;
}

Result<UniqueFd> makeAndOpen(int parent, const char* name, const std::string& path) {
  if (auto made = makeDirectory(parent, name, path); !made) return core::fail(std::move(made.error()));
  return openDirectory(parent, name, path);
}

// Takes away the rights beyond `most`. By name, never through a descriptor of its own: to close one of the database
// would end the locks that SQLite holds on it.
void tighten(int directory, const char* name, const std::string& path) {
  struct ::stat status{};
  if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;  // removed meanwhile
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return;
  ::mode_t most = S_ISDIR(status.st_mode) ? kDirectoryMode : kFileMode;
  constexpr ::mode_t kAll = 07777;
  if ((status.st_mode & kAll & ~most) == 0) return;
  if (::fchmodat(directory, name, status.st_mode & most, 0) == 0 || errno == ENOENT) return;
  spdlog::warn("storage.world_accessible path={} mode={:o} error=\"{}\" hint=\"Run chmod o-rwx on it as its owner.\"",
               path, status.st_mode & kAll, std::generic_category().message(errno));
}

}  // namespace

Result<UniqueFd> openBase(const std::filesystem::path& root) {
  std::error_code failure;
  std::filesystem::create_directories(root, failure);
  if (failure) return failSystem(failure.value(), "make the directory", root.string());
  // The root may be a symbolic link: the admin's choice, unlike what lies below it.
  UniqueFd top(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top) return failSystem(errno, "open the directory", root.string());
  auto path = (root / "_larder").string();
  auto base = makeAndOpen(top.get(), "_larder", path);
  if (!base) return base;
  tighten(top.get(), "_larder", path);
  auto visited = forEachEntry(base->get(), ".", path, [&](int directory, const char* name) {
    tighten(directory, name, path + "/" + name);
    return true;
  });
  if (!visited) return core::fail(std::move(visited.error()));
  return base;
}

Result<void> Directories::check() const {
  using Named = std::pair<const UniqueFd*, std::string>;
  for (const auto& [directory, path] :
       {Named{&blobs, blobsPath("")}, Named{&partial, partialPath("")}, Named{&scratch, scratchPath("")}}) {
    struct ::stat opened{}, named{};
    if (::fstat(directory->get(), &opened) != 0) return failSystem(errno, "look up", path);
    bool there = ::stat(path.c_str(), &named) == 0;
    if (!there && errno != ENOENT && errno != ENOTDIR) return failSystem(errno, "look up", path);
    if (there && opened.st_nlink > 0 && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino) continue;
    return core::fail(core::ErrorCode::StoreUnusable,
                      path + " was removed or replaced while larderd was running. Bring it back, or restart larderd.",
                      base);
  }
  return {};
}

Result<std::shared_ptr<const Directories>> openDirectories(const std::filesystem::path& root, bool fsync) {
  auto base = openBase(root);
  if (!base) return core::fail(std::move(base.error()));
  auto all = std::make_shared<Directories>();
  all->base = (root / "_larder").string();
  all->fsync = fsync;

  struct Entry {
    const char* name;
    UniqueFd& descriptor;
  };
  for (const Entry& entry : {Entry{"blobs", all->blobs}, Entry{"partial", all->partial}, Entry{"scratch", all->scratch},
                             Entry{"quarantine", all->quarantine}}) {
    auto opened = makeAndOpen(base->get(), entry.name, all->base + "/" + entry.name);
    if (!opened) return core::fail(std::move(opened.error()));
    entry.descriptor = std::move(*opened);
  }
  for (const char* algorithm : {"sha256", "sha512"}) {
    if (auto made = makeDirectory(all->blobs.get(), algorithm, all->blobsPath(algorithm)); !made) {
      return core::fail(std::move(made.error()));
    }
  }
  if (fsync) {
    UniqueFd top(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (int directory : {top.get(), base->get(), all->blobs.get()}) {
      if (::fsync(directory) != 0) return failSystem(errno, "sync the directory", all->base);
    }
  }
  return all;
}

}  // namespace larder::storage::filesystem
