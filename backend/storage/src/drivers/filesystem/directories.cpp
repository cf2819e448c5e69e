#include "drivers/filesystem/directories.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace larder::storage::filesystem {
namespace {

constexpr ::mode_t kDirectoryMode = 0750;

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

}  // namespace

Result<std::shared_ptr<const Directories>> openDirectories(const std::filesystem::path& root, bool fsync) {
  std::error_code failure;
  std::filesystem::create_directories(root, failure);
  if (failure) return failSystem(failure.value(), "make the directory", root.string());
  auto all = std::make_shared<Directories>();
  all->base = (root / "_larder").string();
  all->fsync = fsync;

  // The root may be a symbolic link: the admin's choice, unlike what lies below it.
  UniqueFd top(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top) return failSystem(errno, "open the directory", root.string());
  auto base = makeAndOpen(top.get(), "_larder", all->base);
  if (!base) return core::fail(std::move(base.error()));

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
    for (int directory : {top.get(), base->get(), all->blobs.get()}) {
      if (::fsync(directory) != 0) return failSystem(errno, "sync the directory", all->base);
    }
  }
  return all;
}

}  // namespace larder::storage::filesystem
