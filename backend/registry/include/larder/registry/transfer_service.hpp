// Downloads of blobs that run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::registry {

struct Transfer {
  std::string id;
  core::Digest digest;
  std::string repository;  // that asked first
  std::string upstream;    // its host
  storage::WallTime startedAt{};
  std::optional<std::uint64_t> total;  // bytes; none: not known yet
  std::uint64_t received = 0;          // bytes
  std::uint64_t bytesPerSecond = 0;    // over the last moments
  std::size_t clients = 0;             // that read it
};

// Thread-safe; nothing blocks.
class TransferService {
 public:
  virtual ~TransferService() = default;
  // The oldest first.
  virtual std::vector<Transfer> transfers() const = 0;
  // Its clients are cut off; what was received stays, to be gone on with. NotFound.
  virtual core::Result<void> cancelTransfer(const std::string& id) = 0;
};

}  // namespace larder::registry
