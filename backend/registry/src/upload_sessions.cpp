#include "upload_sessions.hpp"

#include <utility>
#include <vector>

namespace larder::registry {

void UploadSessions::close(Session& session) {
  session.known = false;
  session.writer.reset();
}

UploadSessions::Lease::~Lease() {
  if (session_) table_->giveBack(id_, session_);
}

void UploadSessions::Lease::drop() {
  std::lock_guard lock(table_->mutex_);
  auto found = table_->sessions_.find(id_);
  if (found != table_->sessions_.end() && found->second == session_) table_->sessions_.erase(found);
}

core::Result<UploadSessions::Lease> UploadSessions::lease(const std::string& id) {
  std::lock_guard lock(mutex_);
  if (busy_ >= kMaxBusy) {
    core::Error error(core::ErrorCode::TooManyRequests, "Too many uploads at once. Try again.");
    error.retryAfter = std::chrono::seconds(1);
    return core::fail(std::move(error));
  }
  auto& session = sessions_[id];
  if (!session) session = std::make_shared<Session>();
  if (session->busy) {
    return core::fail(core::ErrorCode::Conflict, "Another request is writing to this upload. Wait until it ends.", id);
  }
  session->busy = true;
  ++busy_;
  return Lease(shared_from_this(), id, session);
}

std::optional<std::uint64_t> UploadSessions::offsetOf(const std::string& id) const {
  std::lock_guard lock(mutex_);
  auto found = sessions_.find(id);
  if (found == sessions_.end() || !found->second->known) return std::nullopt;
  return found->second->offset.load();
}

void UploadSessions::giveBack(const std::string& id, const std::shared_ptr<Session>& session) {
  // Closed writers are destroyed after the lock is released: that closes files.
  std::vector<std::shared_ptr<Session>> closed;
  std::lock_guard lock(mutex_);
  session->busy = false;
  --busy_;
  session->usedAt = clock_.steady();
  if (!session->writer && !session->stored) {
    auto found = sessions_.find(id);
    if (found != sessions_.end() && found->second == session) sessions_.erase(found);
  }
  while (sessions_.size() > kept_) {
    auto oldest = sessions_.end();
    for (auto entry = sessions_.begin(); entry != sessions_.end(); ++entry) {
      if (entry->second->busy) continue;
      if (oldest == sessions_.end() || entry->second->usedAt < oldest->second->usedAt) oldest = entry;
    }
    if (oldest == sessions_.end()) break;
    closed.push_back(std::move(oldest->second));
    sessions_.erase(oldest);
  }
}

void UploadSessions::closeIdle(std::chrono::nanoseconds rest) {
  std::vector<std::shared_ptr<Session>> closed;
  std::lock_guard lock(mutex_);
  auto now = clock_.steady();
  for (auto entry = sessions_.begin(); entry != sessions_.end();) {
    if (!entry->second->busy && now - entry->second->usedAt >= rest) {
      closed.push_back(std::move(entry->second));
      entry = sessions_.erase(entry);
    } else {
      ++entry;
    }
  }
}

}  // namespace larder::registry
