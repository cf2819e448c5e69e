// What every MetaMaintenance driver must show. A driver's test includes this file once and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, MetaMaintenanceSuite, ::testing::Values(MetaStoresDriver{…}));
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "larder/storage/drivers.hpp"
#include "support/results.hpp"
#include "support/run_task.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {

struct MetaStoresDriver {
  std::string name;
  // `directory` is empty and writable.
  std::function<storage::MetaStores(const std::filesystem::path& directory, runtime::Executor blocking)> open;
};
inline void PrintTo(const MetaStoresDriver& driver, std::ostream* out) {
  *out << driver.name;
}

class MetaMaintenanceSuite : public ::testing::TestWithParam<MetaStoresDriver> {
 protected:
  using Clock = std::chrono::system_clock;
  using Digest = core::Digest;

  template <class T>
  T get(runtime::Task<core::Result<T>> task) {
    return valueOf(threads_.run(std::move(task)));
  }
  void apply(std::vector<storage::MetaChange> changes) { get(stores_.meta->apply(std::move(changes))); }
  bool acquire(const std::string& name, const std::string& holder, std::chrono::seconds fromNow) {
    return get(maintenance().acquireLease(name, holder, Clock::now() + fromNow));
  }
  storage::MetaMaintenance& maintenance() { return *stores_.maintenance; }

  TestRuntime threads_;
  TempDirectory directory_;
  storage::MetaStores stores_ = GetParam().open(directory_.path(), threads_.blocking());
};

TEST_P(MetaMaintenanceSuite, LetsOneHolderHaveALease) {
  using std::chrono::seconds;
  EXPECT_TRUE(acquire("gc", "a", seconds(60)));
  EXPECT_FALSE(acquire("gc", "b", seconds(60)));
  EXPECT_TRUE(acquire("gc", "a", seconds(120)));
  EXPECT_TRUE(acquire("poll", "b", seconds(60)));
  get(maintenance().releaseLease("gc", "b"));
  EXPECT_FALSE(acquire("gc", "b", seconds(60)));
  get(maintenance().releaseLease("gc", "a"));
  EXPECT_TRUE(acquire("gc", "b", seconds(60)));
  get(maintenance().releaseLease("nobody has it", "a"));
}

TEST_P(MetaMaintenanceSuite, KeepsDocuments) {
  auto document = [&](const std::string& key) { return get(maintenance().document(key)); };
  auto put = [&](const std::string& key, const std::string& text) { get(maintenance().putDocument(key, text)); };
  EXPECT_EQ(document("poll/1"), "");
  put("poll/1", "{\"runs\":[]}");
  put("poll/2", "other");
  EXPECT_EQ(document("poll/1"), "{\"runs\":[]}");
  put("poll/1", "new");
  EXPECT_EQ(document("poll/1"), "new");
  put("poll/1", "");
  put("never", "");
  EXPECT_EQ(document("poll/1"), "");
  EXPECT_EQ(document("poll/2"), "other");
}

TEST_P(MetaMaintenanceSuite, GivesALeaseThatHasRunOutToAnother) {
  using std::chrono::seconds;
  EXPECT_TRUE(acquire("gc", "a", seconds(-1)));
  EXPECT_TRUE(acquire("gc", "b", seconds(60)));
  EXPECT_FALSE(acquire("gc", "a", seconds(60)));
}

}  // namespace larder::test
