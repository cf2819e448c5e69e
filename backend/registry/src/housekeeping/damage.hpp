// Stored content that is damaged: whoever comes across it, the scrub or a pull, it goes to quarantine, is forgotten by
// the caches, and is fetched again where a rule says from where.
#pragma once

#include <memory>
#include <string>

#include "blob_pull.hpp"
#include "context.hpp"
#include "larder/runtime/single_flight.hpp"
#include "larder/storage/check_blob.hpp"

namespace larder::registry {

// Thread-safe.
class Damage : public std::enable_shared_from_this<Damage> {
 public:
  Damage(std::shared_ptr<Context> context, std::shared_ptr<BlobPull> pull)
      : context_(std::move(context)), pull_(std::move(pull)) {}

  // Reads the blob where it runs, on a blocking queue. Damaged: it was, and is out of service now. What cannot be read
  // stays where it is, since the disk may fail as a whole for a while. Cancelled if `pace` ended it; Io.
  Task<Result<storage::BlobCheck>> examine(Digest digest, storage::Pace pace);
  // The same for a request, on any thread: at full speed, and once for all who ask meanwhile. Timeout.
  Task<Result<storage::BlobCheck>> examineNow(Digest digest, SteadyTime deadline);

 private:
  Task<Result<storage::BlobCheck>> takeAway(Digest digest);
  static Task<Result<storage::BlobCheck>> examineFast(std::shared_ptr<Damage> self, Digest digest);
  static Task<> fetchAgain(std::shared_ptr<Damage> self, Digest digest);

  std::shared_ptr<Context> context_;
  std::shared_ptr<BlobPull> pull_;
  runtime::SingleFlight<std::string, storage::BlobCheck> examined_;
};

}  // namespace larder::registry
