// Pull-through of blobs: one flight per digest and registry in the whole daemon. Bytes that are not verified yet are
// never shared between registries, so that none of them can spoil what another one has.
//
// A repository gets a blob when it may read it (linked), or when its own upstream has it: has given it, to this
// repository or another one, not just says so. That another repository's client fetches the same digest is not enough,
// nor that a manifest of its own names it: whoever writes a manifest can name any digest (CVE-2024-39897).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "blob_download.hpp"
#include "context.hpp"
#include "larder/registry/transfer_service.hpp"

namespace larder::registry {

class BlobPull final : public TransferService, public std::enable_shared_from_this<BlobPull> {
 public:
  explicit BlobPull(std::shared_ptr<Context> context) : context_(std::move(context)) {}

  // What the stores say of a blob.
  struct Known {
    std::optional<std::uint64_t> linked;  // its size, if the repository may read it
    std::optional<std::uint64_t> stored;  // if not, its size if it is stored for anyone
  };
  // A blob that is not stored, or that the repository may not read yet. The answer comes as soon as the size is known.
  // Errors are the client's (client_error.hpp).
  Task<Result<BlobAnswer>> get(RoutePtr route, Digest digest, Known known);
  // The size from upstream within `wait`, nothing is stored.
  Task<Result<BlobAnswer>> head(RoutePtr route, Digest digest, std::chrono::nanoseconds wait);

  std::vector<Transfer> transfers() const override;
  Result<void> cancelTransfer(const std::string& id) override;

  // Downloads end with Cancelled; their partial content stays.
  void cancelAll();
  // Ends those that were begun for a repository that may not be fetched any more. Who waits for the same content in
  // another repository begins it anew.
  void endBlocked();
  std::size_t running() const;

 private:
  struct Joined {
    std::shared_ptr<BlobFlight> flight;
    std::shared_ptr<BlobFollower> follower;
    bool mine = false;
    bool foreign = false;  // begun by a request that may be answered with more, or that asks other upstreams
  };
  struct Running {
    std::shared_ptr<BlobFlight> flight;
    std::string key;         // of the route that it was begun for
    std::string repository;  // whose upstream it asks
    RepositoryNames names;   // of that repository
    std::string upstream;
    std::uint64_t number = 0;
    storage::WallTime startedAt{};
  };
  // That the route's upstream has the blob.
  struct Proof {
    std::uint64_t size = 0;
    bool linked = false;  // and the repository may read it
  };
  Joined join(const RoutePtr& route, const Digest& digest, std::optional<Proof> proof);
  bool begunElsewhere(const Route& route, const Digest& digest) const;
  static Task<> fly(std::shared_ptr<BlobPull> self, std::shared_ptr<BlobFlight> flight, DownloadOrder order);
  void announce(const BlobFlight& flight, const DownloadOrder& order);
  // Asks the upstream whether it has the blob. One that is stored may be read by the repository from then on, if the
  // upstream is known to have given it; nothing if it has to give it first. `stored`: the size of the stored one.
  Task<Result<std::optional<Proof>>> prove(RoutePtr route, Digest digest, std::optional<std::uint64_t> stored);
  core::Error remember(const Route& route, const Digest& digest, core::Error error);

  std::shared_ptr<Context> context_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Running> flights_;  // by digest and Route::hosts()
  std::uint64_t numbers_ = 0;                         // given out
};

}  // namespace larder::registry
