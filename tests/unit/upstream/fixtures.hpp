// What the tests against the fake registry share.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "larder/upstream/oci_source.hpp"
#include "support/faulty_upstream.hpp"
#include "support/results.hpp"
#include "support/run_task.hpp"

namespace larder::upstream {

using core::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::codeOf;
using test::valueOf;

// Of a request that is to be answered, on whatever machine.
inline constexpr seconds kPatience{100};

inline SteadyTime in(milliseconds span) {
  return std::chrono::steady_clock::now() + span;
}

// Collects what arrives; `before` runs before each chunk is taken.
class CollectingSink final : public BlobSink {
 public:
  void onSize(std::uint64_t totalBytes) override { size = totalBytes; }
  Task<Result<void>> onData(std::span<const std::byte> data) override {
    ++chunks;
    if (before) {
      auto allowed = co_await before();
      if (!allowed) co_return allowed;
    }
    hasher.update(data);
    bytes += data.size();
    largest = std::max(largest, data.size());
    co_return Result<void>{};
  }

  std::function<Task<Result<void>>()> before;
  core::Hasher hasher;
  std::uint64_t bytes = 0;
  std::uint64_t size = 0;
  std::size_t chunks = 0;
  std::size_t largest = 0;
};

// One fake registry for all tests of a suite, reset for each.
class OciSourceTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { registry_ = std::make_unique<test::FaultyUpstream>(); }
  static void TearDownTestSuite() { registry_.reset(); }
  void SetUp() override { registry().reset(); }

  static test::FaultyUpstream& registry() { return *registry_; }

  EndpointOptions options() const {
    EndpointOptions options;
    options.url = registry().url();
    options.connectTimeout = seconds(30);
    options.firstByteTimeout = seconds(30);
    return options;
  }
  std::shared_ptr<UpstreamSource> source(EndpointOptions options) {
    return makeOciSource(client_, threads_.blocking(), std::move(options));
  }
  std::shared_ptr<UpstreamSource> source() { return source(options()); }

  template <class T>
  T run(Task<T> task) {
    return threads_.run(std::move(task));
  }
  Result<UpstreamManifest> getManifest(UpstreamSource& source, const std::string& name,
                                       const std::string& reference = "latest", milliseconds deadline = kPatience) {
    return run(source.getManifest(name, valueOf(Reference::parse(reference)), in(deadline)));
  }
  // The digest of the first layer of the image.
  Digest layerOf(const std::string& image) {
    auto manifest = valueOf(getManifest(*source(), image));
    auto json = nlohmann::json::parse(manifest.content);
    return valueOf(Digest::parse(json["layers"][0]["digest"].get<std::string>()));
  }
  Result<void> getBlob(UpstreamSource& source, const std::string& name, const Digest& digest, BlobSink& sink,
                       std::uint64_t offset = 0, milliseconds deadline = kPatience) {
    return run(source.getBlob(name, digest, offset, sink, in(deadline)));
  }

  test::TestRuntime threads_;
  telemetry::MetricRegistry metrics_;
  std::shared_ptr<HttpClient> client_ = makeHttpClient(threads_.get().io(0), metrics_);

 private:
  static inline std::unique_ptr<test::FaultyUpstream> registry_;
};

}  // namespace larder::upstream
