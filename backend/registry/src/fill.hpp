// Filling a repository from an upstream: the one place that sees to it that two registries never share one.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "larder/runtime/task.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::registry {

struct Context;

// Which origins are being written into which repositories right now. Thread-safe.
class OriginClaims {
 public:
  // Held while a repository is filled. `granted` is false if another origin fills it at this moment.
  class Claim {
   public:
    Claim(OriginClaims& claims, std::string repository, const storage::Origin& origin);
    ~Claim();
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    bool granted() const { return granted_; }

   private:
    OriginClaims& claims_;
    std::string repository_;
    bool granted_;
  };

 private:
  struct Holder {
    storage::Origin origin;
    std::size_t holders = 0;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, Holder> holders_;
};

// Makes the repository with this origin if it is not there, and applies `changes` in the same batch. Conflict if it
// belongs to another origin, Denied if there may be no more repositories.
runtime::Task<core::Result<void>> fillRepository(std::shared_ptr<Context> context, std::string repository,
                                                 storage::Origin origin, std::vector<storage::MetaChange> changes);

}  // namespace larder::registry
