// Blobs from a registry that misbehaves: streaming, resuming, back-pressure.
#include "fixtures.hpp"
#include "larder/runtime/signal.hpp"

namespace larder::upstream {
namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;
const std::string kBlobImage = "img/1x8m/blob";

class OciBlob : public OciSourceTest {
 protected:
  // Reads the layer of kBlobImage, which must arrive whole and right.
  void expectWhole(UpstreamSource& source) {
    auto layer = layerOf(kBlobImage);
    CollectingSink sink;
    valueOf(getBlob(source, kBlobImage, layer, sink));
    EXPECT_EQ(sink.size, 8 * kMiB);
    EXPECT_EQ(sink.hasher.digest(), layer);
  }
  std::vector<nlohmann::json> ranges() { return registry().requests("blob"); }
};

TEST_F(OciBlob, ArrivesWholeInLargeChunks) {
  auto layer = layerOf(kBlobImage);
  CollectingSink sink;
  valueOf(getBlob(*source(), kBlobImage, layer, sink));
  EXPECT_EQ(sink.size, 8 * kMiB);
  EXPECT_EQ(sink.bytes, 8 * kMiB);
  EXPECT_EQ(sink.hasher.digest(), layer);
  EXPECT_LE(sink.largest, 256 * 1024U);
  EXPECT_TRUE(ranges().back()["range"].is_null());
}

TEST_F(OciBlob, StartsAtTheOffset) {
  auto layer = layerOf(kBlobImage);
  CollectingSink sink;
  valueOf(getBlob(*source(), kBlobImage, layer, sink, 5 * kMiB));
  EXPECT_EQ(sink.size, 8 * kMiB);
  EXPECT_EQ(sink.bytes, 3 * kMiB);
  EXPECT_EQ(ranges().back()["range"], "bytes=5242880-");
}

TEST_F(OciBlob, HasNothingLeftAtItsEnd) {
  auto layer = layerOf(kBlobImage);
  CollectingSink sink;
  valueOf(getBlob(*source(), kBlobImage, layer, sink, 8 * kMiB));
  EXPECT_EQ(sink.size, 8 * kMiB);
  EXPECT_EQ(sink.bytes, 0U);
}

TEST_F(OciBlob, RefusesAnOffsetBeyondItsEnd) {
  auto layer = layerOf(kBlobImage);
  CollectingSink sink;
  EXPECT_EQ(codeOf(getBlob(*source(), kBlobImage, layer, sink, 9 * kMiB)), ErrorCode::UpstreamInvalid);
}

TEST_F(OciBlob, ResumesAfterCuts) {
  registry().fault({{"fault", "cut"}, {"kind", "blob"}, {"after", 1'000'000}, {"count", 3}});
  expectWhole(*source());
  auto asked = ranges();
  ASSERT_EQ(asked.size(), 4U);
  EXPECT_EQ(asked[1]["range"], "bytes=1000000-");
  EXPECT_EQ(asked[3]["range"], "bytes=3000000-");
}

TEST_F(OciBlob, ResumesAfterAReset) {
  registry().fault({{"fault", "cut"}, {"kind", "blob"}, {"after", 3'000'000}, {"reset", true}});
  expectWhole(*source());
}

TEST_F(OciBlob, ResumesAfterAStall) {
  registry().fault({{"fault", "hang"}, {"kind", "blob"}, {"after", 2'000'000}});
  auto impatient = options();
  impatient.stallTimeout = seconds(2);
  expectWhole(*source(impatient));
  EXPECT_EQ(ranges().back()["range"], "bytes=2000000-");
}

TEST_F(OciBlob, CountsATrickleAsAStall) {
  registry().fault({{"fault", "slow"}, {"kind", "blob"}, {"bps", 2000}});
  auto impatient = options();
  impatient.stallTimeout = seconds(2);
  expectWhole(*source(impatient));
}

TEST_F(OciBlob, GivesUpResumingWithoutEnoughProgress) {
  auto layer = layerOf(kBlobImage);
  registry().fault({{"fault", "cut"}, {"kind", "blob"}, {"after", 1000}, {"count", -1}});
  CollectingSink sink;
  EXPECT_EQ(codeOf(getBlob(*source(), kBlobImage, layer, sink)), ErrorCode::UpstreamUnavailable);
  EXPECT_EQ(sink.bytes, 4000U) << "the first try and three resumes";
}

TEST_F(OciBlob, ResumesAsOftenAsThereIsProgress) {
  registry().fault({{"fault", "cut"}, {"kind", "blob"}, {"after", 1'100'000}, {"count", -1}});
  expectWhole(*source());
  EXPECT_EQ(ranges().size(), 8U);
}

TEST_F(OciBlob, SkipsWhatItHasWhereRangesAreIgnored) {
  registry().fault({{"fault", "cut"}, {"kind", "blob"}, {"after", 1'000'000}});
  registry().fault({{"fault", "range"}, {"kind", "blob"}, {"mode", "ignore"}});
  expectWhole(*source());
}

TEST_F(OciBlob, RefusesARangeFromAnotherPlace) {
  auto layer = layerOf(kBlobImage);
  registry().fault({{"fault", "cut"}, {"kind", "blob"}, {"after", 1'000'000}});
  registry().fault({{"fault", "range"}, {"kind", "blob"}, {"mode", "shift"}});
  CollectingSink sink;
  EXPECT_EQ(codeOf(getBlob(*source(), kBlobImage, layer, sink)), ErrorCode::UpstreamInvalid);
  EXPECT_EQ(sink.bytes, 1'000'000U);
}

TEST_F(OciBlob, RefusesAnUnsatisfiedRangeBeforeTheEnd) {
  auto layer = layerOf(kBlobImage);
  registry().fault({{"fault", "cut"}, {"kind", "blob"}, {"after", 1'000'000}});
  registry().fault({{"fault", "range"}, {"kind", "blob"}, {"mode", 416}});
  CollectingSink sink;
  EXPECT_EQ(codeOf(getBlob(*source(), kBlobImage, layer, sink)), ErrorCode::UpstreamInvalid);
}

TEST_F(OciBlob, ResumesWhenLessComesThanWasAnnounced) {
  // The announced size is wrong at first, so the second answer contradicts it: no content may be made up.
  auto layer = layerOf(kBlobImage);
  registry().fault({{"fault", "length"}, {"kind", "blob"}, {"delta", 5}});
  CollectingSink sink;
  EXPECT_EQ(codeOf(getBlob(*source(), kBlobImage, layer, sink)), ErrorCode::UpstreamInvalid);
}

TEST_F(OciBlob, RetriesBeforeTheFirstByteAsTheRuleSays) {
  registry().fault({{"fault", "status"}, {"kind", "blob"}, {"status", 502}, {"count", 1}});
  auto layer = layerOf(kBlobImage);
  CollectingSink sink;
  EXPECT_EQ(codeOf(getBlob(*source(), kBlobImage, layer, sink)), ErrorCode::UpstreamUnavailable);
  registry().fault({{"fault", "status"}, {"kind", "blob"}, {"status", 502}, {"count", 2}});
  auto patient = options();
  patient.maxRetries = 2;
  expectWhole(*source(patient));
}

TEST_F(OciBlob, IsNotFoundWhereItIsNot) {
  CollectingSink sink;
  auto missing = Digest::of("nothing has this");
  EXPECT_EQ(codeOf(getBlob(*source(), kBlobImage, missing, sink)), ErrorCode::UpstreamNotFound);
  EXPECT_EQ(sink.chunks, 0U);
}

TEST_F(OciBlob, EndsAtItsDeadline) {
  auto layer = layerOf(kBlobImage);
  registry().fault({{"fault", "slow"}, {"kind", "blob"}, {"bps", 100'000}, {"count", -1}});
  CollectingSink sink;
  EXPECT_EQ(codeOf(getBlob(*source(), kBlobImage, layer, sink, 0, milliseconds(300))), ErrorCode::UpstreamTimeout);
}

TEST_F(OciBlob, EndsAtItsDeadlineThoughItNeverWaitsForBytes) {
  auto layer = layerOf(kBlobImage);
  CollectingSink sink;
  sink.before = []() -> Task<Result<void>> {
    co_await runtime::sleepFor(milliseconds(50));
    co_return Result<void>{};
  };
  EXPECT_EQ(codeOf(getBlob(*source(), kBlobImage, layer, sink, 0, milliseconds(300))), ErrorCode::UpstreamTimeout);
  EXPECT_LT(sink.bytes, 8 * kMiB);
}

TEST_F(OciBlob, EndsWithTheFailureOfItsSink) {
  auto layer = layerOf(kBlobImage);
  CollectingSink sink;
  sink.before = []() -> Task<Result<void>> { co_return core::fail(ErrorCode::NoSpace, "full"); };
  EXPECT_EQ(codeOf(getBlob(*source(), kBlobImage, layer, sink)), ErrorCode::NoSpace);
  EXPECT_EQ(sink.chunks, 1U);
  EXPECT_EQ(ranges().size(), 1U);
}

// A sink that waits until the test lets it go on.
struct Gate {
  runtime::Signal changed;
  std::atomic<bool> open{false};
  std::atomic<bool> reached{false};
  Task<Result<void>> pass() {
    reached = true;
    changed.notify();
    while (true) {
      auto seen = changed.version();
      if (open) co_return Result<void>{};
      bool opened = co_await changed.wait(seen, in(kPatience));
      if (!opened) co_return core::fail(ErrorCode::Timeout, "the gate stayed closed");
    }
  }
  Task<bool> waitReached() {
    while (true) {
      auto seen = changed.version();
      if (reached) co_return true;
      bool moved = co_await changed.wait(seen, in(kPatience));
      if (!moved) co_return false;
    }
  }
};

TEST_F(OciBlob, HoldsBackTheUpstreamWhileTheSinkIsBusy) {
  const std::string image = "img/1x64m/pressure";
  auto layer = layerOf(image);
  auto upstream = source();
  CollectingSink sink;
  Gate gate;
  sink.before = [&gate] { return gate.pass(); };
  auto running = threads_.start(upstream->getBlob(image, layer, 0, sink, in(kPatience)));
  ASSERT_TRUE(threads_.run(gate.waitReached()));
  // Another request goes through meanwhile, and the stalled body has not been read to its end.
  valueOf(getManifest(*upstream, image));
  auto stats = registry().stats();
  EXPECT_LT(stats["bytes"]["blob"].get<std::uint64_t>(), 32 * kMiB);
  gate.open = true;
  gate.changed.notify();
  valueOf(test::TestRuntime::await(std::move(running)));
  EXPECT_EQ(sink.hasher.digest(), layer);
}

TEST_F(OciBlob, KeepsToTheDownloadRateOfAllTransfersTogether) {
  auto layer = layerOf(kBlobImage);
  auto slow = options();
  slow.downloadBytesPerSecond = 40 * kMiB;
  auto upstream = source(slow);
  std::vector<CollectingSink> sinks(2);
  std::vector<Task<Result<void>>> tasks;
  auto begun = std::chrono::steady_clock::now();
  for (auto& sink : sinks) tasks.push_back(upstream->getBlob(kBlobImage, layer, 0, sink, in(kPatience)));
  for (auto& result : threads_.runAll(std::move(tasks))) valueOf(result);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(340)) << "16 MiB at 40 MiB/s, less the burst";
  for (auto& sink : sinks) EXPECT_EQ(sink.hasher.digest(), layer);
}

TEST_F(OciBlob, TellsItsSize) {
  auto layer = layerOf(kBlobImage);
  auto upstream = source();
  EXPECT_EQ(valueOf(run(upstream->headBlob(kBlobImage, layer, in(kPatience)))), 8 * kMiB);
  auto missing = run(upstream->headBlob(kBlobImage, Digest::of("nothing has this"), in(kPatience)));
  EXPECT_EQ(codeOf(missing), ErrorCode::UpstreamNotFound);
}

TEST_F(OciBlob, TellsItsSizeWhereHeadSaysNothing) {
  auto layer = layerOf(kBlobImage);
  registry().fault({{"fault", "strip"}, {"kind", "blob"}, {"method", "HEAD"}, {"headers", {"Content-Length"}}});
  EXPECT_EQ(valueOf(run(source()->headBlob(kBlobImage, layer, in(kPatience)))), 8 * kMiB);
  registry().fault({{"fault", "status"}, {"kind", "blob"}, {"method", "HEAD"}, {"status", 405}});
  EXPECT_EQ(valueOf(run(source()->headBlob(kBlobImage, layer, in(kPatience)))), 8 * kMiB);
  EXPECT_EQ(ranges().back()["range"], "bytes=0-0");
}

TEST_F(OciBlob, RunsManyTransfersAtOnce) {
  auto upstream = source();
  auto layer = layerOf(kBlobImage);
  std::vector<CollectingSink> sinks(40);
  std::vector<Task<Result<void>>> tasks;
  for (auto& sink : sinks) tasks.push_back(upstream->getBlob(kBlobImage, layer, 0, sink, in(kPatience)));
  for (auto& result : threads_.runAll(std::move(tasks))) valueOf(result);
  for (auto& sink : sinks) EXPECT_EQ(sink.hasher.digest(), layer);
}

}  // namespace
}  // namespace larder::upstream
