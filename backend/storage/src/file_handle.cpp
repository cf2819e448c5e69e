#include <unistd.h>

#include "larder/storage/blob_store.hpp"

namespace larder::storage {

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace larder::storage
