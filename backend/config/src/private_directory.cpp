#include "private_directory.hpp"

#include <system_error>

namespace larder::config {
namespace {

namespace fs = std::filesystem;

void takeFromOthers(const fs::path& path) {
  std::error_code ignored;
  fs::permissions(path, fs::perms::group_all | fs::perms::others_all,
                  fs::perm_options::remove | fs::perm_options::nofollow, ignored);
}

}  // namespace

void makePrivate(const fs::path& directory) {
  std::error_code ignored;
  fs::create_directories(directory, ignored);
  takeFromOthers(directory);
}

void keepPrivate(const fs::path& directory) {
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(directory, error))) return;
  takeFromOthers(directory);
  fs::recursive_directory_iterator at(directory, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (!at->is_symlink(error)) takeFromOthers(at->path());
  }
}

}  // namespace larder::config
