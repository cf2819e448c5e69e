#include "drivers/sqlite/reader_pool.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <thread>
#include <vector>

#include "drivers/sqlite/schema.hpp"
#include "support/results.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {
namespace {

using storage::sqlite::Database;
using storage::sqlite::ReaderPool;

class ReaderPoolTest : public ::testing::Test {
 protected:
  void SetUp() override { valueOf(storage::sqlite::openWriter(path())); }
  std::string path() const { return (directory_.path() / "larder.db").string(); }

  void readAtOnce(std::size_t count) {
    std::latch all(static_cast<std::ptrdiff_t>(count));
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i) {
      threads.emplace_back([&] {
        valueOf(pool_.read([&](Database&) -> core::Result<void> {
          all.arrive_and_wait();
          return {};
        }));
      });
    }
  }

  TempDirectory directory_;
  telemetry::MetricRegistry metrics_;
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
  ReaderPool pool_{path(), metrics_.histogram("reads", "Reads.", telemetry::latencyBuckets()), [this] { return now_; }};
};

TEST_F(ReaderPoolTest, KeepsAsManyAsWereNeededAtOnce) {
  readAtOnce(1);
  EXPECT_EQ(pool_.idle(), 1U);
  readAtOnce(12);
  EXPECT_EQ(pool_.idle(), 12U);
  readAtOnce(1);
  EXPECT_EQ(pool_.idle(), 12U) << "they may be needed again at once";
}

TEST_F(ReaderPoolTest, KeepsABoundedNumber) {
  readAtOnce(40);
  EXPECT_EQ(pool_.idle(), ReaderPool::kMaxKept);
}

TEST_F(ReaderPoolTest, ClosesWhatWasNotNeededForAWhile) {
  readAtOnce(12);
  now_ += ReaderPool::kPeriod;
  readAtOnce(2);
  EXPECT_EQ(pool_.idle(), 12U) << "the period before counts";
  now_ += ReaderPool::kPeriod;
  readAtOnce(1);
  EXPECT_EQ(pool_.idle(), 2U);
  now_ += 3 * ReaderPool::kPeriod;
  readAtOnce(1);
  EXPECT_EQ(pool_.idle(), 1U);
}

TEST_F(ReaderPoolTest, CountsOneThatFailedAsGivenBack) {
  for (int i = 0; i < 3; ++i) {
    auto failed =
        pool_.read([](Database& database) -> core::Result<void> { return database.execute("SELECT nothing"); });
    EXPECT_FALSE(failed);
    EXPECT_THROW(pool_.read([](Database&) -> core::Result<void> { throw std::runtime_error("bug"); }),
                 std::runtime_error);
  }
  readAtOnce(2);
  EXPECT_EQ(pool_.idle(), 2U);
}

}  // namespace
}  // namespace larder::test
