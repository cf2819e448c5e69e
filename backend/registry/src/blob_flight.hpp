// One download of one blob, and those who read it while it arrives.
//
// The bytes go into partial content of the BlobStore; any number of followers read them there, each at its own pace.
// The last byte is held back until the digest has been verified, so nobody ever gets a wrong blob whole. Where the
// store takes no more (no space, I/O error) the stream goes on through a bounded window in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "housekeeping/room.hpp"
#include "larder/registry/services.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/runtime/signal.hpp"
#include "larder/upstream/upstream_source.hpp"
#include "stream_window.hpp"
#include "throughput.hpp"

namespace larder::registry {

// Thread-safe for followers; one coroutine drives the download (BlobSink, and what changes the state).
class BlobFlight final : public upstream::BlobSink, public std::enable_shared_from_this<BlobFlight> {
 public:
  // `deadline` bounds every wait of a follower. `expected`: the size that a manifest gave, for an upstream that tells
  // none; without either, followers wait for the end.
  BlobFlight(Digest digest, std::optional<std::uint64_t> expected, runtime::Executor blocking, SteadyTime deadline)
      : digest_(digest), expected_(expected), blocking_(std::move(blocking)), deadline_(deadline) {}

  // For the download. ------------------------------------------------------------------------------------------------

  // Bytes are appended to `writer` from now on, while there is room for them. Not called where the store cannot even
  // begin. The room outlives the download.
  void store(std::unique_ptr<storage::BlobWriter> writer, Room& room);
  // The blob was stored all along.
  void finish(std::shared_ptr<storage::BlobReader> stored);
  // What arrived is to be the whole: verifies and publishes it. False: verified, but not stored.
  Task<Result<bool>> commit();
  // After commit(): lets the last byte go.
  void conclude();
  void fail(core::Error error);
  // Drops the partial content, which cannot be gone on with.
  Task<> discard();
  // Bytes taken so far.
  std::uint64_t received() const;
  // Ends the flight for those who follow it, at once; from any thread.
  void cancel(core::Error why);

  void onTurn(std::chrono::milliseconds waited) override;
  void onSize(std::uint64_t totalBytes) override;
  Task<Result<void>> onData(std::span<const std::byte> data) override;

  // For followers. ---------------------------------------------------------------------------------------------------

  const Digest& digest() const { return digest_; }
  SteadyTime deadline() const { return deadline_; }
  // Whether one who joins now can still read from the first byte.
  bool joinable() const;
  void join(std::weak_ptr<FollowerPosition> position);
  std::optional<std::uint64_t> size() const;
  // The size, as soon as it is known; for an empty blob, as soon as it is verified. Timeout when the upstream says
  // nothing for kColdWait after the download's turn has come, or when that has not come within kQueueWait.
  Task<Result<std::uint64_t>> waitSize();
  std::uint64_t available() const;
  Task<Result<void>> waitBeyond(std::uint64_t offset);
  std::shared_ptr<storage::FileHandle> file() const;
  Task<Result<std::size_t>> readAt(std::uint64_t offset, std::span<std::byte> into);
  void followerMoved();

  // For consoles. ----------------------------------------------------------------------------------------------------

  struct Progress {
    std::optional<std::uint64_t> size;
    std::uint64_t received = 0;
    std::uint64_t bytesPerSecond = 0;
    std::size_t followers = 0;
  };
  Progress progress() const;
  Arrival arrival() const;
  // Why it failed; nothing if it has not.
  std::optional<core::Error> error() const;

 private:
  enum class Phase { Running, Done, Failed };

  std::uint64_t receivedLocked() const;
  // The first end is the one that counts.
  void end(Phase phase, std::optional<core::Error> error);
  // Goes on without the store; `rest` was not stored.
  Task<Result<void>> passThrough(std::string rest, core::Error why);
  Task<Result<void>> hashStored();
  Task<Result<void>> stream(std::string data);
  void handOverWhole();

  const Digest digest_;
  const std::optional<std::uint64_t> expected_;
  const runtime::Executor blocking_;
  const SteadyTime deadline_;

  // Of the download alone.
  std::unique_ptr<storage::BlobWriter> writer_;
  Room* room_ = nullptr;                // for what the writer gets
  std::optional<core::Hasher> hasher_;  // once the store's is not enough

  mutable std::mutex mutex_;
  Phase phase_ = Phase::Running;
  bool verified_ = false;  // the last byte may go out
  std::optional<core::Error> error_;
  std::optional<std::uint64_t> size_;
  bool contradicted_ = false;  // two sizes were told
  std::uint64_t stored_ = 0;
  std::uint64_t storedBefore_ = 0;  // the download
  std::chrono::milliseconds waited_{};
  std::optional<SteadyTime> turnAt_;             // of the first request
  std::shared_ptr<storage::BlobReader> reader_;  // of what is stored
  std::shared_ptr<StreamWindow> window_;
  std::vector<std::weak_ptr<FollowerPosition>> followers_;
  Throughput throughput_;
  runtime::Signal changed_;
};

// What one client reads through: reader and growth in one, since the window must know where each client is.
class BlobFollower final : public storage::BlobReader, public Growth {
 public:
  explicit BlobFollower(std::shared_ptr<BlobFlight> flight);

  std::uint64_t size() const override { return flight_->available(); }
  std::shared_ptr<storage::FileHandle> file() const override { return flight_->file(); }
  Task<Result<std::size_t>> readAt(std::uint64_t offset, std::span<std::byte> into) override;
  std::uint64_t available() const override { return flight_->available(); }
  Task<Result<void>> waitBeyond(std::uint64_t offset) override;
  Arrival arrival() const override { return flight_->arrival(); }

 private:
  std::shared_ptr<BlobFlight> flight_;
  std::shared_ptr<FollowerPosition> position_ = std::make_shared<FollowerPosition>();
};

}  // namespace larder::registry
