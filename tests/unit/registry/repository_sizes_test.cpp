#include "repository_sizes.hpp"

#include "unit/registry/shared_meta_store.hpp"

namespace larder::test {
namespace {

namespace change = storage::change;
using Names = std::vector<std::string>;

class RepositorySizesTest : public ::testing::Test {
 protected:
  void apply(storage::MetaChange one) { ASSERT_TRUE(threads_.run(store_->apply({std::move(one)}))); }
  void put(const std::string& repository, std::uint64_t bytes) {
    apply(change::EnsureRepository{repository, {}});
    apply(change::LinkBlob{repository, Digest::of("layer"), bytes});
  }
  Names update() { return threads_.run(sizes_.update()); }
  bool exposes(const std::string& text) { return registry_.expose().find(text) != std::string::npos; }
  bool showsSize(const std::string& repository, const std::string& bytes) {
    return exposes("zot_repo_storage_bytes{repo=\"" + repository + "\"} " + bytes + "\n");
  }

  TestRuntime threads_;
  std::shared_ptr<SharedMetaStore> store_ = std::make_shared<SharedMetaStore>(storage::makeMemoryMetaStore().meta);
  telemetry::MetricRegistry registry_;
  registry::RegistryMetrics metrics_{registry_};
  registry::RepositorySizes sizes_{store_, metrics_};
};

TEST_F(RepositorySizesTest, ShowsWhatIsThereAtTheStart) {
  put("a", 10);
  put("b/c", 20);
  EXPECT_EQ(update(), Names{});
  EXPECT_TRUE(showsSize("a", "10"));
  EXPECT_TRUE(showsSize("b/c", "20"));
}

TEST_F(RepositorySizesTest, MeasuresAnewOnlyWhatHasChanged) {
  put("a", 10);
  put("b", 10);
  update();
  put("a", 11);
  put("b", 11);
  put("new", 12);
  sizes_.changed("a");
  sizes_.changed("new");
  update();
  EXPECT_TRUE(showsSize("a", "11"));
  EXPECT_TRUE(showsSize("b", "10"));
  EXPECT_TRUE(showsSize("new", "12"));
  sizes_.changedElsewhere();
  update();
  EXPECT_TRUE(showsSize("b", "11"));
}

TEST_F(RepositorySizesTest, DropsEverySeriesOfARepositoryThatIsGone) {
  for (const char* name : {"gone", "removed", "stays"}) {
    put(name, 10);
    metrics_.downloads(name)->add();
    metrics_.uploads(name)->add();
  }
  update();
  apply(change::RemoveRepository{"gone"});
  apply(change::RemoveRepository{"removed"});
  sizes_.changed("removed");
  EXPECT_EQ(update(), Names{"removed"});
  EXPECT_FALSE(exposes("repo=\"removed\""));
  EXPECT_TRUE(exposes("repo=\"gone\""));
  sizes_.changedElsewhere();
  EXPECT_EQ(update(), Names{"gone"});
  EXPECT_FALSE(exposes("repo=\"gone\""));
  for (const char* metric : {"zot_repo_downloads_total", "zot_repo_uploads_total", "zot_repo_storage_bytes"}) {
    EXPECT_TRUE(exposes(std::string(metric) + "{repo=\"stays\"}")) << metric;
  }
}

TEST_F(RepositorySizesTest, ShowsARepositoryThatCameBack) {
  put("app", 10);
  update();
  apply(change::RemoveRepository{"app"});
  sizes_.changed("app");
  update();
  put("app", 30);
  sizes_.changed("app");
  EXPECT_EQ(update(), Names{});
  EXPECT_TRUE(showsSize("app", "30"));
}

TEST_F(RepositorySizesTest, MakesUpForWhatCouldNotBeRead) {
  put("a", 10);
  store_->unreadable = true;
  EXPECT_EQ(update(), Names{});
  EXPECT_FALSE(exposes("zot_repo_storage_bytes"));
  store_->unreadable = false;
  update();
  EXPECT_TRUE(showsSize("a", "10"));
}

TEST_F(RepositorySizesTest, TakesALongListInTurns) {
  constexpr std::size_t kTurn = registry::RepositorySizes::kMaxBacklogTaken;
  for (std::size_t i = 0; i <= kTurn; ++i) put("r" + std::to_string(10'000 + i), 10);
  auto last = "r" + std::to_string(10'000 + kTurn);
  update();
  EXPECT_TRUE(showsSize("r10000", "10"));
  EXPECT_FALSE(exposes(last));
  sizes_.changedElsewhere();
  update();
  EXPECT_TRUE(showsSize(last, "10"));
}

}  // namespace
}  // namespace larder::test
