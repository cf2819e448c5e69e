#include "larder/storage/blob_store.hpp"

#include <utility>

namespace larder::storage {

Task<Result<BlobInfo>> BlobStore::put(Digest expected, std::string content) {
  std::vector<SmallBlob> one;
  one.push_back({expected, std::move(content)});
  auto results = co_await putAll(std::move(one));
  co_return std::move(results.front());
}

}  // namespace larder::storage
