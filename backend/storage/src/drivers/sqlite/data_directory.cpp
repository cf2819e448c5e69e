#include "drivers/sqlite/data_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace larder::storage::sqlite {

std::string databasePath(const std::string& directory) {
  return directory + "/larder.db";
}

Result<filesystem::UniqueFd> lockDirectory(const std::string& directory, Use use) {
  filesystem::UniqueFd opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return filesystem::failSystem(errno, "open the directory", directory);
  int wanted = (use == Use::Shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  if (::flock(opened.get(), wanted) == 0) return opened;
  if (errno != EWOULDBLOCK) return filesystem::failSystem(errno, "lock the directory", directory);
  return core::fail(core::ErrorCode::Conflict,
                    use == Use::Shared ? "The metadata is being rebuilt. Start larderd when that has finished."
                                       : "Another larderd is using this data directory. Stop it first.",
                    directory);
}

}  // namespace larder::storage::sqlite
