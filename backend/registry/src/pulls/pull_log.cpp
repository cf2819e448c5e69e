#include "pulls/pull_log.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "larder/core/wall_time.hpp"
#include "random_id.hpp"

namespace larder::registry {
namespace {

constexpr const char* kPrefix = "transfers/";
// A client that comes back to the repository within this goes on with its pull.
constexpr std::chrono::seconds kPause{30};
// Beyond this, what is kept is written anew as one document.
constexpr std::size_t kMostDocuments = 40;

bool isOfOneClient(const EndedTransfer& a, const EndedTransfer& b) {
  return a.client == b.client && a.user == b.user && a.repository == b.repository;
}

bool isTag(const EndedTransfer& transfer) {
  return transfer.kind == EndedKind::Manifest && transfer.reference.find(':') == std::string::npos;
}

bool isSameFailure(const EndedTransfer& a, const EndedTransfer& b) {
  return isOfOneClient(a, b) && a.kind == b.kind && a.outcome == b.outcome && a.status == b.status &&
         a.reference == b.reference;
}

std::size_t samenessOf(const EndedTransfer& transfer) {
  if (transfer.outcome != EndedOutcome::Failed) return 0;
  std::size_t mixed = std::hash<int>{}(transfer.status);
  for (const auto* text : {&transfer.client, &transfer.user, &transfer.repository, &transfer.reference}) {
    mixed = mixed * 31 + std::hash<std::string>{}(*text);
  }
  return mixed;
}

// Sorts by time, and tells the documents of one daemon from another's.
std::string newDocument(storage::WallTime now) {
  return kPrefix + std::to_string(core::millisOf(now)) + "-" + randomId();
}

}  // namespace

void PullLog::record(EndedTransfer transfer) {
  Entry entry{std::move(transfer), 0, {}};
  entry.sameness = samenessOf(entry.transfer);
  std::lock_guard lock(mutex_);
  entry.transfer.pull = pullOf(entry.transfer);
  if (entry.sameness != 0) {
    auto same = std::find_if(entries_.rbegin(), entries_.rend(), [&](const Entry& other) {
      return other.sameness == entry.sameness && isSameFailure(other.transfer, entry.transfer);
    });
    if (same != entries_.rend()) {
      entry.transfer.times = same->transfer.times + 1;
      erase(std::prev(same.base()));
    }
  }
  insert(std::move(entry));
  trim();
}

std::string PullLog::pullOf(const EndedTransfer& transfer) const {
  const std::string* latest = nullptr;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    const auto& other = entry->transfer;
    if (!latest && other.endedAt + kPause < transfer.startedAt) break;
    if (!isOfOneClient(other, transfer)) continue;
    if (!latest) latest = &other.pull;
    if (transfer.kind != EndedKind::Manifest) return *latest;
    if (other.pull != *latest) continue;
    // Whoever asks for the manifest again after something failed begins anew, and the failure stays what it was.
    bool isAgain = isTag(transfer) || other.reference == transfer.reference;
    if (isAgain && other.outcome == EndedOutcome::Failed && other.endedAt <= transfer.startedAt) {
      return transfer.requestId;
    }
    // Another tag of the same repository is another pull, whatever layers came since.
    if (isTag(transfer) && isTag(other)) {
      return other.reference == transfer.reference ? *latest : transfer.requestId;
    }
  }
  return latest ? *latest : transfer.requestId;
}

void PullLog::insert(Entry entry) {
  auto place = std::find_if(entries_.rbegin(), entries_.rend(),
                            [&](const Entry& other) { return other.transfer.endedAt <= entry.transfer.endedAt; });
  entries_.insert(place.base(), std::move(entry));
}

void PullLog::trim() {
  auto oldest = clock_.now() - kFailureAge;
  auto failures = static_cast<std::size_t>(std::ranges::count_if(entries_, [](const Entry& e) { return e.sameness; }));
  auto beyond = entries_.size() > kRecent ? entries_.size() - kRecent : 0;
  for (auto entry = entries_.begin(); beyond > 0 && entry != entries_.end(); --beyond) {
    bool failed = entry->sameness != 0;
    bool stays = failed && failures <= kFailures && entry->transfer.endedAt >= oldest;
    if (failed && !stays) --failures;
    entry = stays ? std::next(entry) : erase(entry);
  }
}

PullLog::Entries::iterator PullLog::erase(Entries::iterator entry) {
  leave(entry->document);
  return entries_.erase(entry);
}

void PullLog::leave(const std::string& document) {
  auto found = documents_.find(document);
  if (found == documents_.end() || --found->second > 0) return;
  emptied_.push_back(found->first);
  documents_.erase(found);
}

std::vector<EndedTransfer> PullLog::ended() const {
  std::lock_guard lock(mutex_);
  std::vector<EndedTransfer> all;
  all.reserve(entries_.size());
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) all.push_back(entry->transfer);
  return all;
}

runtime::Task<> PullLog::load() {
  auto kept = co_await shared_->documents(kPrefix);
  if (!kept) {
    spdlog::warn("transfers.unreadable error=\"{}\"", kept.error().message);
    co_return;
  }
  std::lock_guard lock(mutex_);
  for (const auto& document : *kept) {
    if (documents_.contains(document.key)) continue;
    for (auto& transfer : parseTransfers(document.content)) {
      auto known = std::ranges::any_of(
          entries_, [&](const Entry& entry) { return entry.transfer.requestId == transfer.requestId; });
      if (known) continue;
      auto sameness = samenessOf(transfer);
      insert({std::move(transfer), sameness, document.key});
      ++documents_[document.key];
    }
    if (!documents_.contains(document.key)) emptied_.push_back(document.key);
  }
  trim();
}

runtime::Task<> PullLog::flush() {
  std::vector<EndedTransfer> unsaved;
  std::vector<std::string> emptied;
  std::string key;
  {
    std::lock_guard lock(mutex_);
    trim();
    bool anew = documents_.size() >= kMostDocuments;
    for (auto& entry : entries_) {
      if (!anew && !entry.document.empty()) continue;
      if (key.empty()) key = newDocument(clock_.now());
      leave(std::exchange(entry.document, key));
      ++documents_[key];
      unsaved.push_back(entry.transfer);
    }
    // Removed after what replaces them is there.
    emptied.swap(emptied_);
  }
  core::Result<void> done;
  if (!unsaved.empty()) done = co_await shared_->putDocument(key, toJson(unsaved));
  for (auto document = emptied.begin(); done && document != emptied.end(); ++document) {
    done = co_await shared_->putDocument(*document, "");
  }
  if (!done && !failing_) spdlog::warn("transfers.not_saved error=\"{}\"", done.error().message);
  failing_ = !done;
  if (done) co_return;
  std::lock_guard lock(mutex_);
  for (auto& entry : entries_) {
    if (!key.empty() && entry.document == key) entry.document.clear();
  }
  documents_.erase(key);
  emptied_.insert(emptied_.end(), emptied.begin(), emptied.end());
}

}  // namespace larder::registry
