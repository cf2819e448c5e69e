// The open writers of uploads: bounded, each used by one request at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "larder/runtime/clock.hpp"
#include "larder/storage/blob_store.hpp"

namespace larder::registry {

// Thread-safe. A writer that is closed leaves its partial content, and opening it again makes up for the hash.
// Kept in a shared_ptr, which the leases hold too: a request that waits when the daemon ends is destroyed after the
// services.
class UploadSessions : public std::enable_shared_from_this<UploadSessions> {
 public:
  static constexpr std::size_t kMaxBusy = 1024;
  static constexpr std::size_t kMaxOpen = 256;

  struct Session {
    std::unique_ptr<storage::BlobWriter> writer;  // null until the holder of the lease opens it
    std::atomic<std::uint64_t> offset{0};
    std::atomic<bool> known{false};  // whether offset tells
    // The blob that the content became, until it is linked: whoever sent it may ask for that again.
    std::optional<storage::BlobInfo> stored;
    bool full = false;             // the last piece found no room; of the holder of the lease
    bool busy = false;             // under the table's mutex
    runtime::SteadyTime usedAt{};  // under the table's mutex
  };

  // Closes the writer, so that the next request sees what the store really has.
  static void close(Session& session);

  // The right to use a session; given back when it is destroyed.
  class Lease {
   public:
    Lease(std::shared_ptr<UploadSessions> table, std::string id, std::shared_ptr<Session> session)
        : table_(std::move(table)), id_(std::move(id)), session_(std::move(session)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Session& session() { return *session_; }
    // The upload has ended: nobody finds the session any more.
    void drop();

   private:
    std::shared_ptr<UploadSessions> table_;
    std::string id_;
    std::shared_ptr<Session> session_;
  };

  // `clock` must outlive this. Beyond `kept`, those that no request uses are closed.
  explicit UploadSessions(const runtime::Clock& clock, std::size_t kept = kMaxOpen) : clock_(clock), kept_(kept) {}

  // Conflict while another request has it, TooManyRequests while as many as there may be are written.
  core::Result<Lease> lease(const std::string& id);
  // The offset while a request is writing; nothing if no session is open.
  std::optional<std::uint64_t> offsetOf(const std::string& id) const;
  // Closes writers that rest for longer than `rest`, so that another daemon can go on with them.
  void closeIdle(std::chrono::nanoseconds rest);

 private:
  void giveBack(const std::string& id, const std::shared_ptr<Session>& session);

  const runtime::Clock& clock_;
  const std::size_t kept_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Session>> sessions_;
  std::size_t busy_ = 0;
};

}  // namespace larder::registry
