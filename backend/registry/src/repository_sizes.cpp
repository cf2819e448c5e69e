#include "repository_sizes.hpp"

#include <spdlog/spdlog.h>

namespace larder::registry {
namespace {

constexpr std::size_t kSizesPage = 1000;

}  // namespace

void RepositorySizes::changed(const std::string& repository) {
  std::lock_guard lock(mutex_);
  changed_.insert(repository);
}

void RepositorySizes::changedElsewhere() {
  std::lock_guard lock(mutex_);
  unknown_ = true;
}

bool RepositorySizes::takeUnknown() {
  std::lock_guard lock(mutex_);
  return std::exchange(unknown_, false);
}

std::set<std::string> RepositorySizes::takeChanged() {
  std::lock_guard lock(mutex_);
  return std::exchange(changed_, {});
}

runtime::Task<core::Result<void>> RepositorySizes::fillBacklog() {
  // Those that are gone are in no list: measuring them tells.
  for (const auto& entry : known_) backlog_.insert(entry.first);
  std::string last;
  while (true) {
    auto names = co_await meta_->repositories(last, kSizesPage);
    if (!names) co_return core::fail(names.error());
    backlog_.insert(names->begin(), names->end());
    if (names->size() < kSizesPage) co_return core::Result<void>{};
    last = names->back();
  }
}

runtime::Task<std::vector<std::string>> RepositorySizes::update() {
  std::vector<std::string> gone;
  core::Result<void> done;
  // The backlog comes to its end before it is filled anew: else a busy neighbour would keep the last names from it.
  if (backlog_.empty() && takeUnknown()) done = co_await fillBacklog();
  auto names = takeChanged();
  for (std::size_t taken = 0; taken < kMaxBacklogTaken && !backlog_.empty(); ++taken) {
    names.insert(backlog_.extract(backlog_.begin()));
  }
  for (auto name = names.begin(); done && name != names.end(); ++name) {
    auto record = co_await meta_->repository(*name);
    if (!record) {
      done = core::fail(record.error());
    } else if (*record) {
      show(*name, (*record)->contentBytes);
    } else {
      known_.erase(*name);
      metrics_.dropRepository(*name);
      gone.push_back(*name);
    }
  }
  if (!done) {
    spdlog::warn("repositories.not_measured error=\"{}\"", done.error().message);
    changedElsewhere();
  }
  co_return gone;
}

void RepositorySizes::show(const std::string& repository, std::uint64_t bytes) {
  auto [entry, isNew] = known_.try_emplace(repository);
  if (isNew && known_.size() <= kMaxSeries) entry->second = metrics_.storageBytes(repository);
  if (entry->second) entry->second->set(static_cast<double>(bytes));
}

}  // namespace larder::registry
