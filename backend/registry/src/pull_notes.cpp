#include "pull_notes.hpp"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

namespace larder::registry {
namespace {

constexpr std::size_t kMaxNotes = 100'000;
constexpr std::size_t kBatch = 500;

}  // namespace

void PullNotes::note(const std::string& repository, const core::Digest& digest, const std::string& tag,
                     std::uint32_t count) {
  auto raw = digest.raw();
  std::string key = repository + "\n" + tag + "\n";
  key.append(reinterpret_cast<const char*>(raw.data()), raw.size());
  auto now = clock_.now();
  std::lock_guard lock(mutex_);
  auto found = notes_.find(key);
  if (found == notes_.end()) {
    if (notes_.size() >= kMaxNotes) return;
    notes_.emplace(std::move(key), storage::change::NotePull{repository, digest, tag, now, count});
    return;
  }
  found->second.at = now;
  found->second.count += count;
}

runtime::Task<> PullNotes::flush() {
  decltype(notes_) notes;
  {
    std::lock_guard lock(mutex_);
    notes.swap(notes_);
  }
  std::vector<storage::MetaChange> batch;
  for (auto note = notes.begin(); note != notes.end();) {
    batch.emplace_back(std::move(note->second));
    ++note;
    if (batch.size() < kBatch && note != notes.end()) continue;
    auto written = co_await meta_->apply(std::exchange(batch, {}));
    if (!written) {
      if (failure_.isNews(written.error().message)) {
        spdlog::warn("pulls.not_saved error=\"{}\"", written.error().message);
      }
      co_return;
    }
    failure_.ended();
  }
}

}  // namespace larder::registry
