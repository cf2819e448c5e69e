#include "drivers/filesystem/file_blob_reader.hpp"

#include <algorithm>

#include "drivers/filesystem/posix.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::storage::filesystem {

Task<Result<std::size_t>> FileBlobReader::readAt(std::uint64_t offset, std::span<std::byte> into) {
  auto end = size();
  if (offset >= end || into.empty()) co_return std::size_t{0};
  into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), end - offset)));
  auto content = content_;
  co_return co_await runtime::offload(blocking_, [content, offset, into] {
    return readFully(content->file->descriptor(), into, offset, content->path);
  });
}

}  // namespace larder::storage::filesystem
