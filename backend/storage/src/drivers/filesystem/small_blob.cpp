#include "drivers/filesystem/small_blob.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

namespace larder::storage::filesystem {

using core::ErrorCode;
using core::fail;

namespace {

// A file in scratch/ lives for milliseconds.
constexpr std::chrono::hours kLeftoverAge{1};

// What there is to say of it without writing anything.
std::optional<Result<BlobInfo>> storedAlready(BlobTree& tree, const SmallBlob& blob) {
  if (auto actual = Digest::of(blob.content, blob.digest.algorithm()); actual != blob.digest) {
    return fail(ErrorCode::Corrupt, "The content has the digest " + actual.toString() + "; it was not stored.",
                blob.digest.toString());
  }
  auto stored = tree.renewSized(blob.digest, blob.content.size());
  if (!stored) return fail(std::move(stored.error()));
  if (*stored) return **stored;
  return std::nullopt;
}

// A file in scratch/ with the blob's content; it is gone unless it was published.
class Scratch {
 public:
  static Result<Scratch> write(const Directories& directories, const SmallBlob& blob) {
    Scratch scratch(directories.scratch.get());
    auto path = directories.scratchPath(scratch.name_);
    scratch.file_ = openAt(scratch.directory_, scratch.name_.c_str(), O_RDWR | O_CREAT | O_EXCL, kFileMode);
    if (!scratch.file_) return failSystem(errno, "make", path);
    int error = writeAll(scratch.file_.get(), std::as_bytes(std::span(blob.content)), 0);
    if (error != 0) return failSystem(error, "write", path);
    return scratch;
  }
  Scratch(Scratch&&) = default;
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    if (file_ && !published_) ::unlinkat(directory_, name_.c_str(), 0);
  }

  ReadyBlob ready(const Directories& directories, const SmallBlob& blob) const {
    return {{file_.get(), directory_, name_.c_str(), directories.scratchPath(name_), blob.content.size()}, blob.digest};
  }
  void published() { published_ = true; }

 private:
  explicit Scratch(int directory) : directory_(directory), name_(randomName()) {}

  int directory_;
  std::string name_;
  UniqueFd file_;
  bool published_ = false;
};

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

std::vector<Result<BlobInfo>> storeSmallBlobs(const Directories& directories, BlobTree& tree,
                                              std::span<const SmallBlob> blobs) {
  std::vector<std::optional<Result<BlobInfo>>> results(blobs.size());
  std::vector<Scratch> files;
  std::vector<std::size_t> places;  // of the files, in `blobs`
  files.reserve(blobs.size());
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    results[i] = storedAlready(tree, blobs[i]);
    if (results[i]) continue;
    auto file = Scratch::write(directories, blobs[i]);
    if (file) {
      files.push_back(std::move(*file));
      places.push_back(i);
    } else {
      results[i] = fail(std::move(file.error()));
    }
  }
  std::vector<ReadyBlob> ready;
  for (std::size_t i = 0; i < files.size(); ++i) ready.push_back(files[i].ready(directories, blobs[places[i]]));
  auto published = tree.publishAll(ready);
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (published[i]) files[i].published();
    results[places[i]] = std::move(published[i]);
  }
  std::vector<Result<BlobInfo>> all;
  all.reserve(results.size());
  for (auto& result : results) all.push_back(std::move(*result));
  return all;
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
