// Ends in the middle of things: nothing hangs, nothing is touched after its time.
#include "fixtures.hpp"

namespace larder::upstream {
namespace {

const std::string kImage = "img/1x8m/shutdown";

class Shutdown : public OciSourceTest {
 protected:
  void waitForRequest(const std::string& what) {
    while (registry().count(what) == 0) std::this_thread::yield();
  }
};

TEST_F(Shutdown, CloseEndsTransfersWithCancelled) {
  registry().fault({{"fault", "hang"}, {"kind", "manifest"}, {"count", -1}});
  auto upstream = source();
  auto running = threads_.start(upstream->getManifest(kImage, Reference::ofTag("latest"), in(kPatience)));
  waitForRequest("GET manifest");
  client_->close();
  EXPECT_EQ(codeOf(test::TestRuntime::await(std::move(running))), ErrorCode::Cancelled);
  EXPECT_EQ(codeOf(getManifest(*upstream, kImage)), ErrorCode::Cancelled) << "and so do later ones";
  EXPECT_EQ(upstream->status().breaker, BreakerState::Closed);
  EXPECT_EQ(codeOf(getManifest(*source(), kImage)), ErrorCode::Cancelled) << "and those of later sources";
}

TEST_F(Shutdown, CloseEndsABlobInTheMiddle) {
  auto layer = layerOf(kImage);
  registry().fault({{"fault", "hang"}, {"kind", "blob"}, {"after", 1'000'000}, {"count", -1}});
  CollectingSink sink;
  auto upstream = source();
  auto running = threads_.start(upstream->getBlob(kImage, layer, 0, sink, in(kPatience)));
  waitForRequest("GET blob");
  client_->close();
  EXPECT_EQ(codeOf(test::TestRuntime::await(std::move(running))), ErrorCode::Cancelled);
}

TEST_F(Shutdown, ASourceMayGoWhileItsCallRuns) {
  registry().fault({{"fault", "delay"}, {"kind", "manifest"}, {"ms", 100}});
  auto upstream = source();
  auto running = threads_.start(upstream->getManifest(kImage, Reference::ofTag("latest"), in(kPatience)));
  waitForRequest("GET manifest");
  upstream.reset();
  client_.reset();
  valueOf(test::TestRuntime::await(std::move(running)));
}

TEST_F(Shutdown, ASourceMayGoBeforeItsCallBegins) {
  auto name = kImage;
  auto task = source()->getManifest(name, Reference::ofTag("latest"), in(kPatience));
  auto layer = layerOf(kImage);
  CollectingSink sink;
  auto blob = source()->getBlob(name, layer, 0, sink, in(kPatience));
  client_.reset();
  valueOf(run(std::move(task)));
  valueOf(run(std::move(blob)));
  EXPECT_EQ(sink.hasher.digest(), layer);
}

// The runtime is stopped and destroyed with everything under way, in both orders of client and runtime, and with the
// caller on the thread that drives libcurl, on another, or on a queue of the blocking pool.
class ShutdownOrder : public OciSourceTest, public ::testing::WithParamInterface<std::tuple<bool, int>> {};

TEST_P(ShutdownOrder, LeavesNothingBehind) {
  auto [clientFirst, callersThread] = GetParam();
  auto layer = layerOf(kImage);
  registry().fault({{"fault", "hang"}, {"kind", "manifest"}, {"count", -1}});
  registry().fault({{"fault", "hang"}, {"kind", "blob"}, {"after", 100'000}, {"count", -1}});
  auto runtime = std::make_unique<runtime::Runtime>(runtime::RuntimeOptions{.ioThreads = 2, .blockingThreads = 1});
  runtime->start();
  auto client = makeHttpClient(runtime->io(callersThread == 0 ? 1 : 0), metrics_);
  auto narrow = options();
  narrow.maxConcurrent = 3;
  auto upstream = makeOciSource(client, runtime->blocking(), narrow);
  CollectingSink sink, queued;
  std::vector<std::future<Result<UpstreamManifest>>> waiting;
  auto io = runtime->io(1);
  auto blob = test::startOn(io, upstream->getBlob(kImage, layer, 0, sink, in(kPatience)));
  auto onQueue = test::startOn(runtime->blockingQueue(), upstream->getBlob(kImage, layer, 0, queued, in(kPatience)));
  while (registry().count("GET blob") < 2) std::this_thread::yield();
  for (int i = 0; i < 3; ++i) {
    auto task = upstream->getManifest(kImage, Reference::ofTag("latest"), in(kPatience));
    waiting.push_back(test::startOn(runtime->io(static_cast<std::size_t>(i % 2)), std::move(task)));
  }
  while (registry().count("GET manifest") < 2) std::this_thread::yield();
  runtime->stop();
  runtime->join();
  if (clientFirst) {
    upstream.reset();
    client.reset();
  }
  runtime.reset();
  for (auto& one : waiting) EXPECT_EQ(one.wait_for(seconds(0)), std::future_status::ready);
  for (auto* one : {&blob, &onQueue}) EXPECT_EQ(one->wait_for(seconds(0)), std::future_status::ready);
}

INSTANTIATE_TEST_SUITE_P(Orders, ShutdownOrder, ::testing::Combine(::testing::Bool(), ::testing::Values(0, 1)));

}  // namespace
}  // namespace larder::upstream
