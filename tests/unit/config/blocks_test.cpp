// larder.blocked: what is wrong with it, and its edits.
#include "larder/config/blocks.hpp"

#include <gtest/gtest.h>

#include "editor_fixture.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;

std::string blocked(const std::string& list) {
  return R"({"larder": {"blocked": )" + list + "}}";
}

TEST(Blocks, AreReadWithTheirDefaults) {
  auto loaded = loadText(blocked(R"([{"repository": "docker.io/**", "tags": "^1", "by": "alice", "reason": "CVE"}])"));
  ASSERT_TRUE(loaded.config) << describe(loaded.problems);
  EXPECT_TRUE(loaded.problems.empty()) << describe(loaded.problems);
  const auto& block = loaded.config->larder.blocked.at(0);
  EXPECT_TRUE(block.repositories.matches("docker.io/library/nginx"));
  EXPECT_EQ(block.id, blockId("docker.io/**", "^1"));
  EXPECT_EQ(block.id.size(), 12U);
  EXPECT_NE(block.id, blockId("docker.io/**", ""));
  EXPECT_TRUE(block.pull && block.mirror);
  EXPECT_EQ(block.by + " " + block.reason, "alice CVE");
}

TEST(Blocks, AreRefusedWhereTheyAreWrong) {
  struct Case {
    std::string list, path, message;
  };
  const Case cases[] = {
      {R"([{"tags": "^1"}])", "larder.blocked[0].repository", "missing"},
      {R"([{"repository": "a["}])", "larder.blocked[0].repository", "glob"},
      {R"([{"repository": "a", "tags": "("}])", "larder.blocked[0].tags", "regex is not valid"},
      {R"([{"repository": "a"}, {"repository": "b"}, {"repository": "a", "reason": "again"}])", "larder.blocked[2]",
       "same as larder.blocked[0]"},
      {R"([{"repository": "a", "reason": ")" + std::string(kMostReasonBytes + 1, 'x') + R"("}])",
       "larder.blocked[0].reason", "at most 500 bytes"},
  };
  for (const auto& one : cases) {
    auto problems = problemsOf(blocked(one.list), Severity::Error);
    ASSERT_EQ(problems.size(), 1U) << one.list << describe(problems);
    EXPECT_EQ(problems[0].path, one.path);
    EXPECT_NE(problems[0].message.find(one.message), std::string::npos) << problems[0].message;
  }
  std::string many = "[";
  for (std::size_t i = 0; i <= kMostBlocks; ++i) {
    many += (i == 0 ? "" : ",") + std::string(R"({"repository": "a)") + std::to_string(i) + "\"}";
  }
  EXPECT_EQ(problemsOf(blocked(many + "]"), Severity::Error).size(), 1U);
  auto idle = problemsOf(blocked(R"([{"repository": "a", "pull": false, "mirror": false}])"), Severity::Warning);
  ASSERT_EQ(idle.size(), 1U);
  EXPECT_NE(idle[0].message.find("no effect"), std::string::npos);
}

class BlockEdits : public EditorTest {};

TEST_F(BlockEdits, AddOneOnceAndRemoveItByItsIdentity) {
  Json block{{"repository", "a/**"}, {"by", "alice"}};
  ASSERT_TRUE(editor().edit(addBlock(block), {}));
  ASSERT_TRUE(editor().edit(addBlock({{"repository", "a/**"}, {"tags", "^1"}}), {}));
  auto again = editor().edit(addBlock(block), {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().error.code, ErrorCode::Conflict);
  EXPECT_EQ(again.error().error.message, "a/** is already blocked by alice.");
  ASSERT_TRUE(editor().edit(removeBlock(blockId("a/**", "")), {}));
  auto left = editor().written().value().document["larder"]["blocked"];
  EXPECT_EQ(left, Json::parse(R"([{"repository": "a/**", "tags": "^1"}])"));
  auto gone = editor().edit(removeBlock(blockId("a/**", "")), {});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().error.code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace larder::config
