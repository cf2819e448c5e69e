// A registry on memory stores with fake upstreams and a clock that the test moves.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "larder/config/config.hpp"
#include "larder/registry/registry.hpp"
#include "larder/storage/drivers.hpp"
#include "support/fake_upstream_source.hpp"
#include "support/manual_clock.hpp"
#include "support/run_task.hpp"

namespace larder::test {

using core::Digest;
using core::Error;
using core::ErrorCode;
using core::Reference;
using core::Result;
using registry::CacheState;

inline const std::string kRepository = "docker.io/library/nginx";  // of the tests of pulls

inline const registry::MayRead kAnyone = [](const std::string&) { return true; };

inline std::string descriptorJson(const std::string& content, const std::string& mediaType) {
  return R"({"mediaType":")" + mediaType + R"(","digest":")" + Digest::of(content).toString() + R"(","size":)" +
         std::to_string(content.size()) + "}";
}

inline std::string imageJson(const std::string& config, const std::vector<std::string>& layers,
                             const std::string& more = "") {
  std::string list;
  for (const auto& layer : layers) {
    list += (list.empty() ? "" : ",") + descriptorJson(layer, "application/vnd.oci.image.layer.v1.tar+gzip");
  }
  return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
         descriptorJson(config, "application/vnd.oci.image.config.v1+json") + R"(,"layers":[)" + list + "]" + more +
         "}";
}

inline const std::string kImageType = "application/vnd.oci.image.manifest.v1+json";
inline const std::string kIndexType = "application/vnd.oci.image.index.v1+json";

// Chunks of an upload's body, one a call; then the end, or `failure`.
inline registry::ChunkSource chunks(std::vector<std::string> parts, std::optional<Error> failure = std::nullopt) {
  struct State {
    std::deque<std::string> left;
    std::string current;
    std::optional<Error> failure;

    Result<std::span<const std::byte>> next() {
      if (left.empty()) {
        if (failure) return core::fail(*failure);
        return std::span<const std::byte>{};
      }
      current = std::move(left.front());
      left.pop_front();
      return std::as_bytes(std::span(current));
    }
    static runtime::Task<Result<std::span<const std::byte>>> read(std::shared_ptr<State> self) {
      co_return self->next();
    }
  };
  auto state = std::make_shared<State>();
  for (auto& part : parts) state->left.push_back(std::move(part));
  state->failure = std::move(failure);
  return [state] { return State::read(state); };
}

class RegistryTest : public ::testing::Test {
 public:
  RegistryTest() {
    config_.extensions.sync.emplace();
    // By the real clock, on whatever machine.
    config_.larder.upstream.revalidateTimeout = std::chrono::minutes(1);
  }
  ~RegistryTest() override {
    if (registry_) threads_.run(registry_->shutdown());
  }

 protected:
  static constexpr std::chrono::milliseconds kInterval = std::chrono::minutes(5);

  // A fake upstream that a rule's URL leads to.
  FakeUpstreamSource& upstream(const std::string& url, const std::string& host) {
    auto& source = sources_[url];
    if (!source) source = std::make_shared<FakeUpstreamSource>(host);
    return *source;
  }

  config::SyncRegistry& addRule(std::vector<std::string> urls) {
    config::SyncRegistry rule;
    rule.urls = std::move(urls);
    rule.onDemand = true;
    rule.manifestCheckInterval = kInterval;
    rule.id = "rule" + std::to_string(config_.extensions.sync->registries.size());
    config_.extensions.sync->registries.push_back(std::move(rule));
    return config_.extensions.sync->registries.back();
  }
  static void addContent(config::SyncRegistry& rule, const std::string& prefix, const std::string& destination = "",
                         bool stripPrefix = false) {
    rule.content.push_back({core::Glob::parse(prefix).value(), destination, stripPrefix, "", "", false});
  }
  // Lets what Docker Hub fills take pushes too.
  void allowPush(const std::string& glob) {
    config_.larder.upstreams["docker.io"].allowPush.push_back(core::Glob::parse(glob).value());
  }
  // The usual pattern: "/docker.io" leads to Docker Hub, whose fake this is.
  FakeUpstreamSource& addHub() {
    addContent(addRule({"https://registry-1.docker.io"}), "**", "/docker.io");
    return upstream("https://registry-1.docker.io", "docker.io");
  }

  registry::RegistryParts parts() {
    return {threads_.get(),      clock_,         metrics_,       blobs_,          meta_,
            stores_.maintenance, stores_.browse, stores_.shared, stores_.changes, factory(),
            formatter(),         events_,        subPaths_};
  }
  registry::Registry& registry() {
    if (!registry_) {
      registry_ = registry::Registry::make(parts(), snapshot());
    }
    return *registry_;
  }
  config::Snapshot snapshot() const { return std::make_shared<const config::Config>(config_); }
  registry::SourceFactory factory() {
    return [this](const config::Config&, const config::SyncRegistry&, const std::string& url,
                  const config::Credential* given) {
      ++made_;
      if (given) givenFor_.push_back(url + " " + given->username);
      auto found = sources_.find(url);
      if (found == sources_.end()) throw std::runtime_error("No fake upstream for " + url);
      return found->second;
    };
  }
  static registry::HeadFormatter formatter() {
    return [](const registry::ManifestAnswer& answer) {
      return "Docker-Content-Digest: " + answer.digest.toString() + "\r\n";
    };
  }

  Result<registry::ManifestAnswer> pull(const std::string& repository, const std::string& reference,
                                        const std::string& ns = "") {
    return threads_.run(registry().manifests().get(repository, Reference::parse(reference).value(), ns));
  }
  std::shared_ptr<const registry::ManifestService::Ready> ready(const std::string& repository,
                                                                const std::string& reference,
                                                                const std::string& ns = "") {
    return registry().manifests().ready(repository, reference, ns, kAnyone);
  }
  Result<registry::BlobAnswer> pullBlob(const std::string& repository, const Digest& digest,
                                        const std::string& ns = "") {
    return threads_.run(registry().blobs().get(repository, digest, ns));
  }
  // Reads an answer to its end, as a client does.
  Result<std::string> readAll(registry::BlobAnswer answer, std::uint64_t offset = 0) {
    return threads_.run(readBlob(std::move(answer), offset));
  }
  // A client has the last byte before the store has the blob. That nothing lies beyond is told once it is stored.
  void awaitStored(const registry::BlobAnswer& answer) {
    EXPECT_EQ(codeOf(threads_.run(answer.growth->waitBeyond(answer.size))), ErrorCode::RangeInvalid);
  }
  // Pulls a blob to its end, and waits until it is stored and linked.
  Result<std::string> fetchBlob(const std::string& repository, const Digest& digest) {
    auto answer = pullBlob(repository, digest);
    if (!answer) return core::fail(answer.error());
    auto content = readAll(*answer);
    if (content && answer->growth) awaitStored(*answer);
    return content;
  }
  static runtime::Task<Result<std::string>> readBlob(registry::BlobAnswer answer, std::uint64_t offset) {
    std::string content;
    std::string piece(64 * 1024, '\0');
    while (offset < answer.size) {
      auto room = std::as_writable_bytes(std::span(piece));
      if (answer.growth) {
        auto grown = co_await answer.growth->waitBeyond(offset);
        if (!grown) co_return core::fail(grown.error());
        room = room.first(std::min<std::uint64_t>(room.size(), answer.growth->available() - offset));
      }
      auto got = co_await answer.reader->readAt(offset, room);
      if (!got) co_return core::fail(got.error());
      content.append(piece.data(), *got);
      offset += *got;
    }
    co_return content;
  }
  static runtime::Task<Result<std::string>> getAndRead(registry::BlobService* blobs, std::string repository,
                                                       Digest digest, std::uint64_t offset) {
    auto answer = co_await blobs->get(std::move(repository), digest, "");
    if (!answer) co_return core::fail(answer.error());
    co_return co_await readBlob(std::move(*answer), offset);
  }
  // A whole upload in one chunk.
  Digest push(const std::string& repository, const std::string& content) {
    auto digest = Digest::of(content);
    auto upload = threads_.run(registry().uploads().start(repository, {})).value();
    auto finished = threads_.run(
        registry().uploads().finish(repository, upload.id, std::nullopt, content.size(), digest, chunks({content})));
    EXPECT_TRUE(finished) << (finished ? "" : finished.error().message);
    return digest;
  }
  Result<registry::ManifestPut> pushManifest(const std::string& repository, const std::string& reference,
                                             const std::string& content, std::vector<std::string> tags = {},
                                             const std::string& mediaType = kImageType,
                                             registry::TagRights rights = {}) {
    return threads_.run(registry().manifests().put(repository, Reference::parse(reference).value(), std::move(tags),
                                                   mediaType, content, rights));
  }
  // A pushed image with its blobs.
  Digest pushImage(const std::string& repository, const std::string& tag, const std::string& config = "{}") {
    push(repository, config);
    return pushManifest(repository, tag, imageJson(config, {})).value().digest;
  }

  template <class T>
  static ErrorCode codeOf(const Result<T>& result) {
    return result ? ErrorCode::Internal : result.error().code;
  }

  config::Config config_;
  ManualClock clock_;
  telemetry::MetricRegistry metrics_;
  telemetry::EventHub events_;
  std::map<std::string, std::shared_ptr<FakeUpstreamSource>> sources_;
  std::size_t made_ = 0;
  std::vector<std::string> givenFor_;  // "<url> <user>" of sources that were given credentials
  std::shared_ptr<storage::BlobStore> blobs_ = storage::makeMemoryBlobStore();
  std::map<std::string, std::shared_ptr<storage::BlobStore>> subPaths_;  // by route
  storage::MetaStores stores_ = storage::makeMemoryMetaStore();
  std::shared_ptr<storage::MetaStore> meta_ = stores_.meta;
  TestRuntime threads_;
  std::shared_ptr<registry::Registry> registry_;
};

}  // namespace larder::test
