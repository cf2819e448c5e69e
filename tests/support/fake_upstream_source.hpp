// FakeUpstreamSource: a scriptable upstream in memory for tests of those who use the seam.
//
// A test puts manifests, blobs and tags into it, makes calls fail or wait, lets a blob arrive byte by byte, and counts
// what was asked. Thread-safe. It must outlive the coroutines that call it: destroy it after the runtime was joined.
#pragma once

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "larder/runtime/signal.hpp"
#include "larder/upstream/upstream_source.hpp"

namespace larder::test {

enum class UpstreamCall { HeadManifest, GetManifest, HeadBlob, GetBlob, Tags, Catalog, Referrers };

class FakeUpstreamSource final : public upstream::UpstreamSource {
 public:
  using Digest = core::Digest;
  using Error = core::Error;
  using ErrorCode = core::ErrorCode;
  using Reference = core::Reference;
  template <class T>
  using Result = core::Result<T>;
  template <class T = void>
  using Task = runtime::Task<T>;
  using SteadyTime = runtime::SteadyTime;

  struct Record {
    UpstreamCall call;
    std::string name;
    std::string reference;  // tag or digest, "" if none
    std::uint64_t offset = 0;
  };

  explicit FakeUpstreamSource(std::string host = "registry.test") : host_(std::move(host)) {}

  // Content. --------------------------------------------------------------------------------------------------------

  // Reachable by its digest, and by `tag` unless "".
  Digest putManifest(const std::string& name, const std::string& tag, const std::string& content,
                     const std::string& mediaType = "application/vnd.oci.image.manifest.v1+json") {
    auto digest = Digest::of(content);
    std::lock_guard lock(mutex_);
    auto& repository = repositories_[name];
    repository.manifests[digest] = {mediaType, content};
    if (!tag.empty()) setTagLocked(repository, tag, digest);
    return digest;
  }
  void setTag(const std::string& name, const std::string& tag, const Digest& digest) {
    std::lock_guard lock(mutex_);
    setTagLocked(repositories_[name], tag, digest);
  }
  void removeTag(const std::string& name, const std::string& tag) {
    std::lock_guard lock(mutex_);
    std::erase_if(repositories_[name].tags, [&](const auto& entry) { return entry.first == tag; });
  }
  void removeRepository(const std::string& name) {
    std::lock_guard lock(mutex_);
    repositories_.erase(name);
  }
  Digest putBlob(const std::string& name, const std::string& content) {
    auto digest = Digest::of(content);
    putBlobAs(name, digest, content);
    return digest;
  }
  // Content that need not have this digest: a corrupt upstream.
  void putBlobAs(const std::string& name, const Digest& digest, const std::string& content) {
    std::lock_guard lock(mutex_);
    repositories_[name].blobs[digest] = std::make_shared<const std::string>(content);
  }
  void setReferrers(const std::string& name, const Digest& subject, const std::string& indexJson) {
    std::lock_guard lock(mutex_);
    repositories_[name].referrers[subject] = indexJson;
  }
  // Whether heads of manifests carry digest and size (some upstreams leave them out).
  void setHeadComplete(bool complete) {
    std::lock_guard lock(mutex_);
    headComplete_ = complete;
  }
  void setStatus(upstream::UpstreamStatus status) {
    std::lock_guard lock(mutex_);
    status_ = std::move(status);
  }

  // Failures and delays. --------------------------------------------------------------------------------------------

  // The next `times` calls of this kind fail with `error`; without `times`, all until succeed().
  void fail(UpstreamCall call, Error error, std::optional<std::size_t> times = std::nullopt) {
    std::lock_guard lock(mutex_);
    scripts_[index(call)].failure = std::move(error);
    scripts_[index(call)].failures = times;
  }
  void failAll(const Error& error) {
    for (std::size_t i = 0; i < kCalls; ++i) fail(static_cast<UpstreamCall>(i), error);
  }
  void succeed() {
    std::lock_guard lock(mutex_);
    for (auto& script : scripts_) script.failure.reset();
  }
  // Calls of this kind wait until release(); a call whose deadline passes first ends with UpstreamTimeout.
  void hold(UpstreamCall call) {
    std::lock_guard lock(mutex_);
    scripts_[index(call)].held = true;
  }
  void release(UpstreamCall call) {
    {
      std::lock_guard lock(mutex_);
      scripts_[index(call)].held = false;
    }
    changed_.notify();
  }

  // Blobs that arrive under the test's control. ---------------------------------------------------------------------

  // From now on only `bytes` of the blob, counted from its start, are delivered, until more are allowed.
  void gateBlob(const Digest& digest, std::uint64_t bytes = 0) {
    std::lock_guard lock(mutex_);
    gates_[digest].allowed = bytes;
  }
  void allowBlob(const Digest& digest, std::uint64_t moreBytes) {
    {
      std::lock_guard lock(mutex_);
      gates_[digest].allowed += moreBytes;
    }
    changed_.notify();
  }
  void openBlob(const Digest& digest) {
    {
      std::lock_guard lock(mutex_);
      gates_.erase(digest);
    }
    changed_.notify();
  }
  // Running transfers of the blob, and the next ones, end with `error` after the bytes allowed so far.
  void breakBlob(const Digest& digest, Error error) {
    {
      std::lock_guard lock(mutex_);
      gates_[digest].failure = std::move(error);
    }
    changed_.notify();
  }
  // How many bytes one onData() carries at most.
  void setChunkBytes(std::size_t bytes) {
    std::lock_guard lock(mutex_);
    chunkBytes_ = bytes;
  }

  // What was asked. -------------------------------------------------------------------------------------------------

  std::size_t calls(UpstreamCall call) const {
    std::lock_guard lock(mutex_);
    return countLocked(call);
  }
  std::size_t calls() const {
    std::lock_guard lock(mutex_);
    return records_.size();
  }
  std::vector<Record> records() const {
    std::lock_guard lock(mutex_);
    return records_;
  }
  // Blocks the test's thread (never an io thread) until `count` calls of this kind have begun; false after 60 s.
  bool awaitCalls(UpstreamCall call, std::size_t count) const {
    std::unique_lock lock(mutex_);
    return called_.wait_for(lock, std::chrono::seconds(60), [&] { return countLocked(call) >= count; });
  }

  // UpstreamSource. -------------------------------------------------------------------------------------------------

  const std::string& host() const override { return host_; }
  upstream::UpstreamStatus status() const override {
    std::lock_guard lock(mutex_);
    auto status = status_;
    if (status.host.empty()) status.host = host_;
    return status;
  }

  void learn(const Error* outage, std::chrono::milliseconds) override {
    std::lock_guard lock(mutex_);
    learnt_.push_back(outage ? outage->message : "");
  }
  // What learn() was told, "" for an answer.
  std::vector<std::string> learnt() const {
    std::lock_guard lock(mutex_);
    return learnt_;
  }

  Task<Result<upstream::ManifestHead>> headManifest(std::string name, Reference reference,
                                                    SteadyTime deadline) override {
    auto admitted = co_await admit({UpstreamCall::HeadManifest, name, reference.toString()}, deadline);
    if (!admitted) co_return core::fail(admitted.error());
    auto found = findManifest(name, reference);
    if (!found) co_return core::fail(found.error());
    upstream::ManifestHead head;
    head.mediaType = found->mediaType;
    std::lock_guard lock(mutex_);
    if (headComplete_) {
      head.digest = found->digest;
      head.size = found->content.size();
    }
    co_return head;
  }

  Task<Result<upstream::UpstreamManifest>> getManifest(std::string name, Reference reference,
                                                       SteadyTime deadline) override {
    auto admitted = co_await admit({UpstreamCall::GetManifest, name, reference.toString()}, deadline);
    if (!admitted) co_return core::fail(admitted.error());
    co_return findManifest(name, reference);
  }

  Task<Result<std::uint64_t>> headBlob(std::string name, Digest digest, SteadyTime deadline) override {
    auto admitted = co_await admit({UpstreamCall::HeadBlob, name, digest.toString()}, deadline);
    if (!admitted) co_return core::fail(admitted.error());
    auto blob = findBlob(name, digest);
    if (!blob) co_return core::fail(blob.error());
    std::uint64_t size = (*blob)->size();
    co_return size;
  }

  // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the seam's; the sink outlives the call.
  Task<Result<void>> getBlob(std::string name, Digest digest, std::uint64_t offset, upstream::BlobSink& sink,
                             SteadyTime deadline) override {
    sink.onTurn(std::chrono::milliseconds::zero());
    auto admitted = co_await admit({UpstreamCall::GetBlob, name, digest.toString(), offset}, deadline);
    if (!admitted) co_return core::fail(admitted.error());
    auto blob = findBlob(name, digest);
    if (!blob) co_return core::fail(blob.error());
    const auto& content = **blob;
    if (offset > content.size()) {
      co_return core::fail(ErrorCode::UpstreamInvalid, "The range begins after the end of the blob.", host_);
    }
    sink.onSize(content.size());
    std::uint64_t at = offset;
    while (true) {
      auto seen = changed_.version();
      auto step = nextStep(digest, at, content.size());
      if (!step) co_return core::fail(step.error());
      if (*step > 0) {
        auto chunk = std::as_bytes(std::span(content)).subspan(at, *step);
        auto taken = co_await sink.onData(chunk);
        if (!taken) co_return core::fail(taken.error());
        at += *step;
      } else if (at == content.size()) {
        co_return Result<void>{};
      } else {
        bool changed = co_await changed_.wait(seen, deadline);
        if (!changed) co_return core::fail(ErrorCode::UpstreamTimeout, "The upstream stood still.", host_);
      }
    }
  }

  Task<Result<std::vector<std::string>>> tags(std::string name, std::size_t limit, SteadyTime deadline) override {
    auto admitted = co_await admit({UpstreamCall::Tags, name, ""}, deadline);
    if (!admitted) co_return core::fail(admitted.error());
    std::lock_guard lock(mutex_);
    auto repository = repositories_.find(name);
    if (repository == repositories_.end()) co_return core::fail(notFound(name));
    std::vector<std::string> names;
    for (const auto& [tag, digest] : repository->second.tags) {
      if (names.size() < limit) names.push_back(tag);
    }
    co_return names;
  }

  Task<Result<std::vector<std::string>>> catalog(std::size_t limit, SteadyTime deadline) override {
    auto admitted = co_await admit({UpstreamCall::Catalog, "", ""}, deadline);
    if (!admitted) co_return core::fail(admitted.error());
    std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, repository] : repositories_) {
      if (names.size() < limit) names.push_back(name);
    }
    co_return names;
  }

  Task<Result<std::string>> referrers(std::string name, Digest digest, SteadyTime deadline) override {
    auto admitted = co_await admit({UpstreamCall::Referrers, name, digest.toString()}, deadline);
    if (!admitted) co_return core::fail(admitted.error());
    std::lock_guard lock(mutex_);
    auto repository = repositories_.find(name);
    if (repository == repositories_.end()) co_return core::fail(notFound(name));
    auto index = repository->second.referrers.find(digest);
    if (index == repository->second.referrers.end()) co_return core::fail(notFound(digest.toString()));
    co_return index->second;
  }

 private:
  struct StoredManifest {
    std::string mediaType;
    std::string content;
  };
  struct Repository {
    std::map<Digest, StoredManifest> manifests;
    std::map<Digest, std::shared_ptr<const std::string>> blobs;
    std::vector<std::pair<std::string, Digest>> tags;  // in the order they were set, as upstreams list them
    std::map<Digest, std::string> referrers;
  };
  struct Script {
    std::optional<Error> failure;
    std::optional<std::size_t> failures;
    bool held = false;
  };
  struct Gate {
    std::uint64_t allowed = 0;
    std::optional<Error> failure;
  };
  static constexpr std::size_t kCalls = 7;

  static std::size_t index(UpstreamCall call) { return static_cast<std::size_t>(call); }

  static void setTagLocked(Repository& repository, const std::string& tag, const Digest& digest) {
    for (auto& [name, target] : repository.tags) {
      if (name == tag) {
        target = digest;
        return;
      }
    }
    repository.tags.emplace_back(tag, digest);
  }

  std::size_t countLocked(UpstreamCall call) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(records_, [&](const Record& record) { return record.call == call; }));
  }

  Error notFound(const std::string& what) const {
    Error error{ErrorCode::UpstreamNotFound, "The upstream does not have " + what + ".", host_};
    error.upstreamStatus = 404;
    return error;
  }

  // Notes the call, waits while its kind is held, and gives the scripted failure.
  Task<Result<void>> admit(Record record, SteadyTime deadline) {
    auto& script = scripts_[index(record.call)];
    note(std::move(record));
    while (true) {
      auto seen = changed_.version();
      if (!isHeld(script)) break;
      bool changed = co_await changed_.wait(seen, deadline);
      if (!changed) co_return core::fail(ErrorCode::UpstreamTimeout, "The upstream did not respond in time.", host_);
    }
    co_return takeFailure(script);
  }

  void note(Record record) {
    {
      std::lock_guard lock(mutex_);
      records_.push_back(std::move(record));
    }
    called_.notify_all();
  }

  bool isHeld(const Script& script) const {
    std::lock_guard lock(mutex_);
    return script.held;
  }

  Result<void> takeFailure(Script& script) {
    std::lock_guard lock(mutex_);
    if (!script.failure) return {};
    if (script.failures) {
      if (*script.failures == 0) return {};
      --*script.failures;
    }
    return core::fail(*script.failure);
  }

  Result<upstream::UpstreamManifest> findManifest(const std::string& name, const Reference& reference) const {
    std::lock_guard lock(mutex_);
    auto repository = repositories_.find(name);
    if (repository == repositories_.end()) return core::fail(notFound(name));
    std::optional<Digest> digest;
    if (reference.isDigest()) digest = reference.digest();
    for (const auto& [tag, target] : repository->second.tags) {
      if (reference.isTag() && tag == reference.tag()) digest = target;
    }
    if (!digest) return core::fail(notFound(reference.toString()));
    auto manifest = repository->second.manifests.find(*digest);
    if (manifest == repository->second.manifests.end()) return core::fail(notFound(reference.toString()));
    return upstream::UpstreamManifest{*digest, manifest->second.mediaType, manifest->second.content};
  }

  Result<std::shared_ptr<const std::string>> findBlob(const std::string& name, const Digest& digest) const {
    std::lock_guard lock(mutex_);
    auto repository = repositories_.find(name);
    if (repository == repositories_.end()) return core::fail(notFound(name));
    auto blob = repository->second.blobs.find(digest);
    if (blob == repository->second.blobs.end()) return core::fail(notFound(digest.toString()));
    return blob->second;
  }

  // How many bytes may go from `at` on; 0 at the end or at the gate.
  Result<std::size_t> nextStep(const Digest& digest, std::uint64_t at, std::uint64_t size) const {
    std::lock_guard lock(mutex_);
    auto gate = gates_.find(digest);
    std::uint64_t end = gate == gates_.end() ? size : std::min(size, gate->second.allowed);
    std::size_t step = end > at ? static_cast<std::size_t>(std::min<std::uint64_t>(end - at, chunkBytes_)) : 0;
    if (step == 0 && gate != gates_.end() && gate->second.failure) return core::fail(*gate->second.failure);
    return step;
  }

  const std::string host_;
  mutable std::mutex mutex_;
  mutable std::condition_variable called_;
  runtime::Signal changed_;
  std::map<std::string, Repository> repositories_;
  std::map<Digest, Gate> gates_;
  std::array<Script, kCalls> scripts_;
  std::vector<Record> records_;
  std::vector<std::string> learnt_;
  upstream::UpstreamStatus status_;
  std::size_t chunkBytes_ = 64 * 1024;
  bool headComplete_ = true;
};

}  // namespace larder::test
