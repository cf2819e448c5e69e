// What every SharedState driver must show. A driver's test includes this file once and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, SharedStateSuite, ::testing::Values(MetaStoresDriver{…}));
#pragma once

#include <chrono>
#include <string>

#include "suites/meta_stores_driver.hpp"
#include "support/results.hpp"
#include "support/run_task.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {

class SharedStateSuite : public ::testing::TestWithParam<MetaStoresDriver> {
 protected:
  template <class T>
  T get(runtime::Task<core::Result<T>> task) {
    return valueOf(threads_.run(std::move(task)));
  }
  bool acquire(const std::string& name, const std::string& holder, std::chrono::seconds fromNow) {
    return get(shared().acquireLease(name, holder, std::chrono::system_clock::now() + fromNow));
  }
  storage::SharedState& shared() { return *stores_.shared; }

  TestRuntime threads_;
  TempDirectory directory_;
  storage::MetaStores stores_ = GetParam().open(directory_.path(), threads_.blocking());
};

TEST_P(SharedStateSuite, LetsOneHolderHaveALease) {
  using std::chrono::seconds;
  EXPECT_TRUE(acquire("gc", "a", seconds(60)));
  EXPECT_FALSE(acquire("gc", "b", seconds(60)));
  EXPECT_TRUE(acquire("gc", "a", seconds(120)));
  EXPECT_TRUE(acquire("poll", "b", seconds(60)));
  get(shared().releaseLease("gc", "b"));
  EXPECT_FALSE(acquire("gc", "b", seconds(60)));
  get(shared().releaseLease("gc", "a"));
  EXPECT_TRUE(acquire("gc", "b", seconds(60)));
  get(shared().releaseLease("nobody has it", "a"));
}

TEST_P(SharedStateSuite, GivesALeaseThatHasRunOutToAnother) {
  using std::chrono::seconds;
  EXPECT_TRUE(acquire("gc", "a", seconds(-1)));
  EXPECT_TRUE(acquire("gc", "b", seconds(60)));
  EXPECT_FALSE(acquire("gc", "a", seconds(60)));
}

TEST_P(SharedStateSuite, KeepsDocuments) {
  auto document = [&](const std::string& key) { return get(shared().document(key)); };
  auto put = [&](const std::string& key, const std::string& text) { get(shared().putDocument(key, text)); };
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

TEST_P(SharedStateSuite, ListsDocumentsByPrefix) {
  for (const auto* key : {"job/b", "job/a", "jobs", "scrub"}) get(shared().putDocument(key, std::string("of ") + key));
  auto found = get(shared().documents("job/"));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].key, "job/a");
  EXPECT_EQ(found[1].content, "of job/b");
  EXPECT_TRUE(get(shared().documents("none/")).empty());
}

}  // namespace larder::test
