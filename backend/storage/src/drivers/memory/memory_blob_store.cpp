// BlobStore in memory, for tests and for daemons that keep nothing. Nothing is offloaded: it has no pool.
#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>

#include "larder/storage/drivers.hpp"
#include "partial_id.hpp"

namespace larder::storage {
namespace {

using core::ErrorCode;
using core::fail;

struct Content {
  mutable std::mutex mutex;
  std::string bytes;
  std::chrono::system_clock::time_point changedAt = std::chrono::system_clock::now();

  std::uint64_t size() const {
    std::lock_guard lock(mutex);
    return bytes.size();
  }
};

struct State {
  std::mutex mutex;
  std::map<Digest, std::shared_ptr<Content>> blobs;
  struct Partial {
    std::shared_ptr<Content> content;
    bool written = false;
  };
  std::map<std::string, Partial> partials;
};

BlobInfo infoOf(const Digest& digest, const Content& content) {
  std::lock_guard lock(content.mutex);
  return {digest, content.bytes.size(), content.changedAt};
}

// Puts `content` in its place, or renews the time of what is there. The state's lock is held.
BlobInfo publish(State& state, const Digest& digest, const std::shared_ptr<Content>& content) {
  auto& stored = state.blobs.try_emplace(digest, content).first->second;
  {
    std::lock_guard lock(stored->mutex);
    stored->changedAt = std::chrono::system_clock::now();
  }
  return infoOf(digest, *stored);
}

tl::unexpected<core::Error> failCorrupt(const Digest& expected, const Digest& actual) {
  return fail(ErrorCode::Corrupt, "The content has the digest " + actual.toString() + "; it was not stored.",
              expected.toString());
}

class MemoryReader final : public BlobReader {
 public:
  explicit MemoryReader(std::shared_ptr<const Content> content) : content_(std::move(content)) {}

  std::uint64_t size() const override { return content_->size(); }
  std::shared_ptr<FileHandle> file() const override { return nullptr; }
  Task<Result<std::size_t>> readAt(std::uint64_t offset, std::span<std::byte> into) override {
    std::lock_guard lock(content_->mutex);
    if (into.empty() || offset >= content_->bytes.size()) co_return std::size_t{0};
    auto count = std::min<std::size_t>(into.size(), content_->bytes.size() - static_cast<std::size_t>(offset));
    std::memcpy(into.data(), content_->bytes.data() + offset, count);
    co_return count;
  }

 private:
  std::shared_ptr<const Content> content_;
};

class MemoryWriter final : public BlobWriter {
 public:
  MemoryWriter(std::shared_ptr<State> state, std::string id, std::shared_ptr<Content> content)
      : state_(std::move(state)), id_(std::move(id)), content_(std::move(content)) {}
  ~MemoryWriter() override {
    if (!open_) return;
    std::lock_guard lock(state_->mutex);
    state_->partials.at(id_).written = false;
  }

  std::uint64_t size() const override { return content_->size(); }
  std::shared_ptr<BlobReader> follow() override { return std::make_shared<MemoryReader>(content_); }

  Task<Result<void>> append(std::span<const std::byte> data) override {
    if (!open_) co_return failFinished();
    std::lock_guard lock(content_->mutex);
    content_->bytes.append(reinterpret_cast<const char*>(data.data()), data.size());
    content_->changedAt = std::chrono::system_clock::now();
    co_return Result<void>{};
  }

  Task<Result<void>> verify(Digest expected) override {
    if (!open_) co_return failFinished();
    Digest actual;
    {
      std::lock_guard contentLock(content_->mutex);
      actual = Digest::of(content_->bytes, expected.algorithm());
    }
    if (actual == expected) co_return Result<void>{};
    finish();
    co_return failCorrupt(expected, actual);
  }

  Task<Result<BlobInfo>> commit(Digest expected) override {
    auto verified = co_await verify(expected);
    if (!verified) co_return fail(verified.error());
    finish();
    std::lock_guard lock(state_->mutex);
    co_return publish(*state_, expected, content_);
  }

  Task<Result<void>> discard() override {
    if (open_) finish();
    co_return Result<void>{};
  }

 private:
  void finish() {
    std::lock_guard lock(state_->mutex);
    open_ = false;
    state_->partials.erase(id_);
  }

  tl::unexpected<core::Error> failFinished() const {
    return fail(ErrorCode::Conflict, "This partial content has already been committed or discarded.", id_);
  }

  std::shared_ptr<State> state_;
  std::string id_;
  std::shared_ptr<Content> content_;
  bool open_ = true;
};

class MemoryBlobStore final : public BlobStore {
 public:
  Task<Result<std::optional<BlobInfo>>> stat(Digest digest) override {
    std::lock_guard lock(state_->mutex);
    auto found = state_->blobs.find(digest);
    if (found == state_->blobs.end()) co_return std::nullopt;
    co_return infoOf(digest, *found->second);
  }

  Task<Result<std::shared_ptr<BlobReader>>> open(Digest digest) override {
    std::lock_guard lock(state_->mutex);
    auto found = state_->blobs.find(digest);
    if (found == state_->blobs.end()) {
      co_return fail(ErrorCode::BlobUnknown, "The blob is not stored.", digest.toString());
    }
    co_return std::make_shared<MemoryReader>(found->second);
  }

  Task<Result<std::optional<BlobInfo>>> renew(Digest digest) override {
    std::lock_guard lock(state_->mutex);
    auto found = state_->blobs.find(digest);
    if (found == state_->blobs.end()) co_return std::nullopt;
    co_return publish(*state_, digest, found->second);
  }

  Task<Result<bool>> removeUnlessRenewed(Digest digest, std::chrono::system_clock::time_point before) override {
    std::lock_guard lock(state_->mutex);
    auto found = state_->blobs.find(digest);
    if (found == state_->blobs.end() || infoOf(digest, *found->second).storedAt >= before) co_return false;
    state_->blobs.erase(found);
    co_return true;
  }

  Task<Result<void>> remove(Digest digest) override {
    std::lock_guard lock(state_->mutex);
    state_->blobs.erase(digest);
    co_return Result<void>{};
  }

  Task<Result<std::string>> quarantine(Digest digest) override {
    std::lock_guard lock(state_->mutex);
    co_return state_->blobs.erase(digest) > 0 ? "memory" : "";
  }

  Task<Result<std::vector<BlobInfo>>> list(std::optional<Digest> after, std::size_t limit) override {
    std::lock_guard lock(state_->mutex);
    std::vector<BlobInfo> found;
    auto next = after ? state_->blobs.upper_bound(*after) : state_->blobs.begin();
    for (; next != state_->blobs.end() && found.size() < limit; ++next) {
      found.push_back(infoOf(next->first, *next->second));
    }
    co_return found;
  }

  Task<Result<std::unique_ptr<BlobWriter>>> write(std::string id) override {
    if (auto valid = checkPartialId(id); !valid) co_return fail(std::move(valid.error()));
    std::lock_guard lock(state_->mutex);
    auto& partial = state_->partials[id];
    if (partial.written) {
      co_return fail(ErrorCode::Conflict, "This partial content is being written by another request or process.", id);
    }
    if (!partial.content) partial.content = std::make_shared<Content>();
    partial.written = true;
    co_return std::make_unique<MemoryWriter>(state_, id, partial.content);
  }

  Task<Result<std::vector<PartialInfo>>> partials() override {
    std::lock_guard lock(state_->mutex);
    std::vector<PartialInfo> found;
    for (const auto& [id, partial] : state_->partials) {
      std::lock_guard contentLock(partial.content->mutex);
      found.push_back({id, partial.content->bytes.size(), partial.content->changedAt});
    }
    co_return found;
  }

  Task<Result<void>> removePartial(std::string id) override {
    if (auto valid = checkPartialId(id); !valid) co_return fail(std::move(valid.error()));
    std::lock_guard lock(state_->mutex);
    auto found = state_->partials.find(id);
    if (found == state_->partials.end()) co_return Result<void>{};
    if (found->second.written) {
      co_return fail(ErrorCode::Conflict, "This partial content is being written by another request or process.", id);
    }
    state_->partials.erase(found);
    co_return Result<void>{};
  }

  Task<std::vector<Result<BlobInfo>>> putAll(std::vector<SmallBlob> blobs) override {
    std::vector<Result<BlobInfo>> results;
    for (auto& [expected, content] : blobs) {
      if (auto actual = Digest::of(content, expected.algorithm()); actual != expected) {
        results.push_back(failCorrupt(expected, actual));
        continue;
      }
      auto stored = std::make_shared<Content>();
      stored->bytes = std::move(content);
      std::lock_guard lock(state_->mutex);
      results.push_back(publish(*state_, expected, stored));
    }
    co_return results;
  }

  Task<Result<StoreUsage>> usage() override {
    std::lock_guard lock(state_->mutex);
    StoreUsage usage;
    usage.blobs = state_->blobs.size();
    for (const auto& blob : state_->blobs) usage.bytes += blob.second->size();
    for (const auto& partial : state_->partials) usage.partialBytes += partial.second.content->size();
    co_return usage;
  }

 private:
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace

std::shared_ptr<BlobStore> makeMemoryBlobStore() {
  return std::make_shared<MemoryBlobStore>();
}

}  // namespace larder::storage
