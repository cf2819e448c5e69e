// "Last used", gathered in memory and written in batches, so that a pull costs no transaction.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "larder/runtime/clock.hpp"
#include "larder/runtime/last_failure.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::registry {

// Thread-safe. At most 100,000 different things between two writes; what is beyond goes unnoted.
class PullNotes {
 public:
  PullNotes(const runtime::Clock& clock, std::shared_ptr<storage::MetaStore> meta)
      : clock_(clock), meta_(std::move(meta)) {}

  // `tag` "": pulled by digest.
  void note(const std::string& repository, const core::Digest& digest, const std::string& tag, std::uint32_t count = 1);
  // Writes what was noted. A failure is logged, and the notes are lost: they are advice.
  runtime::Task<> flush();

 private:
  const runtime::Clock& clock_;
  std::shared_ptr<storage::MetaStore> meta_;
  runtime::LastFailure failure_;
  std::mutex mutex_;
  std::unordered_map<std::string, storage::change::NotePull> notes_;
};

}  // namespace larder::registry
