// The registry as the API sees it, kept in memory and scripted by the test. Every call is recorded with what it names,
// so that a test can say which use case ran, and that a refused request ran none.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "larder/registry/registry.hpp"
#include "support/fake_browse.hpp"

namespace larder::test {

using core::Digest;
using core::ErrorCode;
using core::Reference;
using core::Result;
using runtime::Task;

// A blob without a descriptor, so that it is copied.
class MemoryReader final : public storage::BlobReader {
 public:
  explicit MemoryReader(std::string content) : content_(std::move(content)) {}
  std::uint64_t size() const override { return content_.size(); }
  std::shared_ptr<storage::FileHandle> file() const override { return nullptr; }
  Task<Result<std::size_t>> readAt(std::uint64_t offset, std::span<std::byte> into) override {
    auto there = content_.substr(std::min<std::uint64_t>(offset, content_.size()), into.size());
    std::copy(there.begin(), there.end(), reinterpret_cast<char*>(into.data()));
    co_return there.size();
  }

 private:
  std::string content_;
};

// Grows to the next of `steps` at each wait, then fails.
class ScriptedGrowth final : public registry::Growth {
 public:
  explicit ScriptedGrowth(std::vector<std::uint64_t> steps) : steps_(std::move(steps)) {}
  std::uint64_t available() const override { return available_; }
  Task<Result<void>> waitBeyond(std::uint64_t offset) override {
    while (available_ <= offset) {
      if (next_ == steps_.size()) co_return core::fail(ErrorCode::UpstreamInvalid, "The digest is wrong.");
      available_ = steps_[next_++];
    }
    co_return Result<void>{};
  }
  registry::Arrival arrival() const override { return told; }

  registry::Arrival told;

 private:
  std::vector<std::uint64_t> steps_;
  std::size_t next_ = 0;
  std::uint64_t available_ = 0;
};

// What every service of the fake shares.
struct CallRecord {
  std::optional<core::Error> failure;  // of every call that reads or stores
  // What was asked, in order: "manifest.get team/app:v1".
  std::vector<std::string> calls;
};

class FakeBlobService final : public registry::BlobService {
 public:
  explicit FakeBlobService(CallRecord& record) : record_(record) {}

  std::map<std::string, registry::BlobAnswer> content;  // by "repository@digest"
  // By "repository digest ns", with the local repository.
  std::map<std::string, std::pair<std::string, std::shared_ptr<const registry::BlobAnswer>>> readyContent;
  std::string mountable;  // the repository that a mount succeeds from

  Digest add(const std::string& repository, const std::string& text) {
    auto digest = Digest::of(text);
    content[repository + "@" + digest.toString()] = {
        text.size(), std::make_shared<MemoryReader>(text), nullptr, registry::CacheState::Hit, repository, ""};
    return digest;
  }

  std::shared_ptr<const registry::BlobAnswer> ready(std::string_view repository, std::string_view digest,
                                                    std::string_view ns, const registry::MayRead& mayRead) override {
    auto found = readyContent.find(std::string(repository) + " " + std::string(digest) + " " + std::string(ns));
    return found == readyContent.end() || !mayRead(found->second.first) ? nullptr : found->second.second;
  }
  Task<Result<registry::BlobAnswer>> get(std::string repository, Digest digest, registry::Asker asker) override {
    record_.calls.push_back("blob.get " + repository + (asker.ns.empty() ? "" : " " + asker.ns));
    if (record_.failure) co_return core::fail(*record_.failure);
    auto found = content.find(repository + "@" + digest.toString());
    if (found == content.end()) co_return core::fail(ErrorCode::BlobUnknown, "No such blob.");
    co_return found->second;
  }
  void doubt(Digest digest) override { record_.calls.push_back("blob.doubt " + digest.toString()); }
  Task<Result<registry::BlobAnswer>> head(std::string repository, Digest digest, registry::Asker asker) override {
    auto got = co_await get(std::move(repository), digest, std::move(asker));
    if (got) got->reader = nullptr;
    co_return got;
  }
  Task<Result<void>> remove(std::string repository, Digest digest) override {
    record_.calls.push_back("blob.remove " + repository + "@" + digest.toString());
    co_return Result<void>{};
  }
  Task<Result<bool>> mount(std::string repository, Digest, std::string from, registry::MayRead mayRead) override {
    record_.calls.push_back("blob.mount " + repository + " from " + from);
    co_return !mountable.empty() && (from.empty() || from == mountable) && mayRead(mountable);
  }

 private:
  CallRecord& record_;
};

class FakeHousekeeping final : public registry::HousekeepingService {
 public:
  template <class T>
  using Task = runtime::Task<T>;

  std::vector<storage::Pin> pinned;
  std::vector<registry::Removal> removals;
  registry::StorageState storage;

  Task<Result<void>> pin(storage::Pin pin) override {
    pinned.push_back(std::move(pin));
    co_return Result<void>{};
  }
  Task<Result<void>> unpin(storage::Pin pin) override {
    std::erase_if(pinned, [&](const storage::Pin& one) {
      return one.repository == pin.repository && one.reference.toString() == pin.reference.toString();
    });
    co_return Result<void>{};
  }
  Task<Result<std::vector<storage::Pin>>> pins(std::string) override { co_return pinned; }
  Task<Result<registry::RemovalPlan>> planRetention(std::string repository) override {
    auto plan = std::make_shared<std::vector<registry::PlannedRemoval>>();
    for (const auto& removal : removals) plan->push_back({repository, removal, std::nullopt});
    co_return registry::RemovalPlan(std::move(plan));
  }
  Task<Result<registry::RemovalPlan>> planEviction() override { return planRetention("evicted"); }
  Task<Result<registry::StorageState>> storageState() override { co_return storage; }
};

class FakeTransfers final : public registry::TransferService {
 public:
  std::vector<registry::Transfer> running;
  std::vector<registry::Transfer> transfers() const override { return running; }
  Result<void> cancelTransfer(const std::string& id) override {
    auto gone = std::erase_if(running, [&](const auto& one) { return one.id == id; });
    if (gone == 0) return core::fail(ErrorCode::NotFound, "There is no such transfer.", id);
    return {};
  }
};

class FakePullHistory final : public registry::PullHistory {
 public:
  std::vector<registry::EndedTransfer> all;  // the last to end first
  void record(registry::EndedTransfer transfer) override { all.insert(all.begin(), std::move(transfer)); }
  std::vector<registry::EndedTransfer> ended() const override { return all; }
};

class FakeJobs final : public registry::JobService {
 public:
  template <class T>
  using Task = runtime::Task<T>;

  std::vector<registry::Job> all;  // the newest first
  std::uint64_t changes = 0;

  std::vector<registry::Job> jobs() const override { return all; }
  std::optional<registry::Job> job(const std::string& id) const override {
    for (const auto& one : all) {
      if (one.id == id) return one;
    }
    return std::nullopt;
  }
  std::uint64_t version() const override { return changes; }
  std::vector<registry::Job> changedSince(std::uint64_t version) const override {
    return version < changes ? all : std::vector<registry::Job>{};
  }
  Task<Result<registry::Job>> start(registry::JobKind kind, std::string by) override { co_return begin(kind, "", by); }
  Task<Result<registry::Job>> prefetch(registry::PrefetchOrder order, std::string by) override {
    co_return begin(registry::JobKind::Prefetch, order.repository + ":" + order.reference.toString(), by);
  }
  std::shared_ptr<registry::JobHandle> follow(registry::JobKind, std::string) override { return nullptr; }
  Result<void> cancel(const std::string& id) override {
    for (auto& one : all) {
      if (one.id != id) continue;
      one.state = registry::JobState::Cancelled;
      ++changes;
      return {};
    }
    return core::fail(ErrorCode::NotFound, "Job not found.", id);
  }

 private:
  registry::Job begin(registry::JobKind kind, std::string target, std::string by) {
    registry::Job job;
    job.id = std::to_string(++changes);
    job.kind = kind;
    job.target = std::move(target);
    job.by = std::move(by);
    all.insert(all.begin(), job);
    return job;
  }
};

class FakeSync final : public registry::SyncService {
 public:
  template <class T>
  using Task = runtime::Task<T>;

  std::vector<registry::SyncRun> history;
  std::map<std::size_t, bool> paused;
  registry::SyncPreview previewed;
  std::vector<upstream::UpstreamStatus> health;
  std::optional<std::string> localForNs;  // what explainRoute answers

  Task<Result<registry::RouteExplanation>> explainRoute(std::string repository, std::string ns, std::string) override {
    if (!localForNs) co_return core::fail(ErrorCode::NameUnknown, "No rule serves this host.", ns);
    registry::RouteExplanation explanation;
    explanation.repository = explanation.place = *localForNs + "/" + repository;
    explanation.names = {explanation.repository};
    co_return explanation;
  }
  Task<Result<std::vector<registry::SyncRun>>> runs(std::size_t) override { co_return history; }
  Task<Result<registry::Job>> run(std::size_t, std::string by) override {
    registry::Job job;
    job.id = "run";
    job.kind = registry::JobKind::SyncRun;
    job.by = std::move(by);
    co_return job;
  }
  Task<Result<void>> pause(std::size_t rule, bool stop) override {
    paused[rule] = stop;
    co_return Result<void>{};
  }
  Task<Result<bool>> isPaused(std::size_t rule) override { co_return paused[rule]; }
  std::optional<storage::WallTime> nextRun(std::size_t) override { return std::nullopt; }
  Task<Result<registry::SyncPreview>> preview(config::SyncRegistry, std::string,
                                              std::optional<config::Credential>) override {
    co_return previewed;
  }
  std::vector<registry::RouteTrial> tryRoute(config::SyncRegistry, std::optional<std::size_t>,
                                             std::vector<std::string>) const override {
    return {};
  }
  std::vector<upstream::UpstreamStatus> upstreams() const override { return health; }
  Task<std::vector<registry::UpstreamTest>> test(config::SyncRegistry rule, std::optional<config::Credential>,
                                                 std::function<bool()>) override {
    std::vector<registry::UpstreamTest> tests;
    for (const auto& url : rule.urls) {
      auto tls = url.starts_with("https:") ? registry::TlsResult::Verified : registry::TlsResult::Unknown;
      tests.push_back({url, true, tls, registry::LoginResult::Anonymous, {}, {}, {}, ""});
    }
    co_return tests;
  }
};

class FakeRegistry final : public registry::Registry,
                           public registry::ManifestService,
                           public registry::UploadService,
                           public registry::ListService {
 public:
  // What is there. Keys: "repository:tag", "repository@digest".
  std::map<std::string, registry::ManifestAnswer> content;
  std::map<std::string, std::shared_ptr<const registry::ManifestService::Ready>> readyManifests;
  std::map<std::string, registry::UploadState> openUploads;  // by "repository/id"
  std::map<std::string, std::vector<std::string>> tagLists;
  std::vector<std::string> repositories;
  std::vector<registry::Referrer> referrerList;
  std::size_t referrersPage = 1000;
  std::optional<std::string> pushedMeanwhile;  // a tag that another push sets before the next one commits
  std::size_t askedNames = 0;                  // the `n` of the last listing
  registry::Asker askedBy;                     // of the last manifest
  CallRecord record;
  FakeBlobService blobService{record};
  FakeHousekeeping housekeepingService;
  FakeTransfers transferService;
  FakePullHistory pullHistoryService;
  FakeJobs jobService;
  FakeSync syncService;
  FakeBrowse browseService;

  static std::string key(const std::string& repository, const Reference& reference) {
    return repository + (reference.isTag() ? ":" : "@") + reference.toString();
  }
  registry::ManifestAnswer addManifest(const std::string& repository, const std::string& tag, std::string text,
                                       std::string mediaType = "application/vnd.oci.image.manifest.v1+json") {
    registry::ManifestAnswer answer{
        Digest::of(text),          std::move(mediaType), std::make_shared<const std::string>(std::move(text)),
        registry::CacheState::Hit, repository,           ""};
    content[repository + ":" + tag] = answer;
    content[repository + "@" + answer.digest.toString()] = answer;
    return answer;
  }
  // Registry
  registry::ManifestService& manifests() override { return *this; }
  registry::BlobService& blobs() override { return blobService; }
  registry::UploadService& uploads() override { return *this; }
  registry::ListService& lists() override { return *this; }
  registry::BrowseService& browse() override { return browseService; }
  registry::HousekeepingService& housekeeping() override { return housekeepingService; }
  registry::TransferService& transfers() override { return transferService; }
  registry::PullHistory& pullHistory() override { return pullHistoryService; }
  registry::StoreHealth storeHealth() const override { return health; }
  registry::StoreHealth health;
  registry::JobService& jobs() override { return jobService; }
  registry::SyncService& sync() override { return syncService; }
  void reconfigure(config::Snapshot) override {}
  void start() override {}
  Task<> shutdown() override { co_return; }

  // ManifestService
  std::shared_ptr<const Ready> ready(std::string_view repository, std::string_view reference, std::string_view ns,
                                     const registry::MayRead& mayRead) override {
    auto found = readyManifests.find(std::string(repository) + " " + std::string(reference) + " " + std::string(ns));
    return found == readyManifests.end() || !mayRead(found->second->answer.repository) ? nullptr : found->second;
  }
  Task<Result<registry::ManifestAnswer>> get(std::string repository, Reference reference,
                                             registry::Asker asker) override {
    askedBy = asker;
    record.calls.push_back("manifest.get " + key(repository, reference) + (asker.ns.empty() ? "" : " " + asker.ns));
    if (record.failure) co_return core::fail(*record.failure);
    auto found = content.find(key(repository, reference));
    if (found == content.end()) co_return core::fail(ErrorCode::ManifestUnknown, "No such manifest.");
    co_return found->second;
  }
  Task<Result<registry::ManifestPut>> put(std::string repository, Reference reference, std::vector<std::string> tags,
                                          std::string mediaType, std::string text,
                                          registry::TagRights rights) override {
    record.calls.push_back("manifest.put " + key(repository, reference) + " " + mediaType);
    if (auto overtaking = std::exchange(pushedMeanwhile, std::nullopt)) addManifest(repository, *overtaking, "other");
    bool there = reference.isTag() && content.contains(key(repository, reference));
    if (reference.isTag() && !(there ? rights.update : rights.create)) {
      co_return core::fail(ErrorCode::Conflict, "The tag is not as expected.");
    }
    if (record.failure) co_return core::fail(*record.failure);
    co_return registry::ManifestPut{Digest::of(text), std::nullopt, std::move(tags)};
  }
  Task<Result<void>> remove(std::string repository, Reference reference, bool unlessShared) override {
    record.calls.push_back("manifest.remove " + key(repository, reference) + (unlessShared ? " unless shared" : ""));
    if (record.failure) co_return core::fail(*record.failure);
    co_return Result<void>{};
  }
  Task<Result<bool>> exists(std::string repository, Reference reference) override {
    co_return content.contains(key(repository, reference));
  }

  // UploadService
  Task<Result<registry::UploadState>> start(std::string repository, runtime::ClientNetwork) override {
    record.calls.push_back("upload.start " + repository);
    registry::UploadState state{"id" + std::to_string(openUploads.size()), 0};
    openUploads[repository + "/" + state.id] = state;
    co_return state;
  }
  Task<Result<registry::UploadState>> status(std::string repository, std::string id) override {
    auto found = openUploads.find(repository + "/" + id);
    if (found == openUploads.end()) co_return core::fail(ErrorCode::BlobUploadUnknown, "No such upload.");
    co_return found->second;
  }
  Task<Result<registry::UploadState>> append(std::string repository, std::string id, std::optional<std::uint64_t> from,
                                             std::optional<std::uint64_t>, registry::ChunkSource body) override {
    record.calls.push_back("upload.append " + repository + "/" + id);
    auto found = openUploads.find(repository + "/" + id);
    if (found == openUploads.end()) co_return core::fail(ErrorCode::BlobUploadUnknown, "No such upload.");
    if (from && *from != found->second.offset) co_return core::fail(ErrorCode::RangeInvalid, "Out of order.");
    while (true) {
      auto chunk = co_await body();
      if (!chunk) co_return core::fail(chunk.error());
      if (chunk->empty()) co_return found->second;
      found->second.offset += chunk->size();
    }
  }
  Task<Result<void>> finish(std::string repository, std::string id, std::optional<std::uint64_t> from,
                            std::optional<std::uint64_t> length, Digest digest, registry::ChunkSource body) override {
    record.calls.push_back("upload.finish " + repository + "/" + id + " " + digest.toString());
    auto appended = co_await append(repository, id, from, length, std::move(body));
    if (!appended) co_return core::fail(appended.error());
    if (record.failure) co_return core::fail(*record.failure);
    openUploads.erase(repository + "/" + id);
    co_return Result<void>{};
  }
  Task<Result<void>> cancel(std::string repository, std::string id) override {
    record.calls.push_back("upload.cancel " + repository + "/" + id);
    if (openUploads.erase(repository + "/" + id) == 0) {
      co_return core::fail(ErrorCode::BlobUploadUnknown, "No such upload.");
    }
    co_return Result<void>{};
  }

  // ListService
  Task<Result<registry::Listing>> tags(std::string repository, registry::Asker, std::string last,
                                       std::size_t n) override {
    askedNames = n;
    auto found = tagLists.find(repository);
    if (found == tagLists.end()) co_return core::fail(ErrorCode::NameUnknown, "No such repository.");
    co_return page(found->second, last, n);
  }
  Task<Result<registry::Listing>> catalog(std::string last, std::size_t n, registry::MayRead mayRead) override {
    askedNames = n;
    std::vector<std::string> readable;
    std::copy_if(repositories.begin(), repositories.end(), std::back_inserter(readable), mayRead);
    co_return page(readable, last, n);
  }
  Task<Result<registry::ReferrersPage>> referrers(std::string, Digest, registry::Asker,
                                                  registry::ReferrersQuery query) override {
    if (record.failure) co_return core::fail(*record.failure);
    registry::ReferrersPage page;
    std::ranges::sort(referrerList, {}, &registry::Referrer::digest);
    for (const auto& one : referrerList) {
      if (query.after && one.digest <= *query.after) continue;
      if (!query.artifactType.empty() && one.artifactType != query.artifactType) continue;
      page.more = page.items.size() == referrersPage;
      if (page.more) break;
      page.items.push_back(one);
    }
    co_return page;
  }

 private:
  static registry::Listing page(const std::vector<std::string>& sorted, const std::string& last, std::size_t n) {
    registry::Listing listing;
    for (const auto& name : sorted) {
      if (!last.empty() && name <= last) continue;
      if (listing.names.size() == n) {
        listing.more = true;
        break;
      }
      listing.names.push_back(name);
    }
    return listing;
  }
};

}  // namespace larder::test
