#include "drivers/filesystem/small_blob.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

namespace larder::storage::filesystem {

using core::ErrorCode;
using core::fail;

namespace {

// A file in scratch/ lives for milliseconds.
constexpr std::chrono::hours kLeftoverAge{1};

}  // namespace

std::string randomName() {
  std::array<unsigned char, 16> random{};
  while (::getrandom(random.data(), random.size(), 0) < 0 && errno == EINTR) {
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string name;
  for (auto byte : random) {
    name += kHex[byte >> 4];
    name += kHex[byte & 15];
  }
  return name;
}

Result<BlobInfo> storeSmallBlob(const Directories& directories, BlobTree& blobs, const Digest& expected,
                                std::string_view content) {
  if (auto actual = Digest::of(content, expected.algorithm()); actual != expected) {
    return fail(ErrorCode::Corrupt, "The content has the digest " + actual.toString() + "; it was not stored.",
                expected.toString());
  }
  auto stored = blobs.renew(expected);
  if (!stored) return fail(std::move(stored.error()));
  if (*stored) return **stored;

  auto name = randomName();
  auto path = directories.scratchPath(name);
  UniqueFd descriptor = openAt(directories.scratch.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL, kFileMode);
  if (!descriptor) return failSystem(errno, "make", path);
  auto publish = [&]() -> Result<BlobInfo> {
    if (int error = writeAll(descriptor.get(), std::as_bytes(std::span(content)), 0); error != 0) {
      return failSystem(error, "write", path);
    }
    return blobs.publish({descriptor.get(), directories.scratch.get(), name.c_str(), path, content.size()}, expected);
  };
  auto published = publish();
  if (!published) ::unlinkat(directories.scratch.get(), name.c_str(), 0);
  return published;
}

void removeLeftovers(const Directories& directories) {
  auto now = std::chrono::system_clock::now();
  std::size_t removed = 0;
  auto listed =
      forEachEntry(directories.scratch.get(), ".", directories.scratchPath(""), [&](int directory, const char* name) {
        struct ::stat file{};
        if (::fstatat(directory, name, &file, AT_SYMLINK_NOFOLLOW) == 0 && now - toTime(file.st_mtim) > kLeftoverAge &&
            ::unlinkat(directory, name, 0) == 0) {
          ++removed;
        }
        return true;
      });
  if (!listed) spdlog::warn("storage.cleanup_failed error=\"{}\"", listed.error().message);
  if (removed > 0) spdlog::info("storage.leftovers_removed files={}", removed);
}

}  // namespace larder::storage::filesystem
