// An editor over a file of its own, as a daemon has it.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "larder/config/editor.hpp"
#include "load_helpers.hpp"
#include "support/temp_directory.hpp"

namespace larder::config {

class EditorTest : public testing::Test {
 protected:
  EditorTest() { write(R"({"storage": {"rootDirectory": ")" + root().string() + R"("}, "log": {"level": "info"}})"); }

  std::filesystem::path root() const { return directory_.path() / "data"; }
  void write(const std::string& text) { writeFile(file_, text); }
  std::string text() const {
    std::ostringstream out;
    out << std::ifstream(file_).rdbuf();
    return out.str();
  }

  // The editor after a start; `apply` counts.
  Editor& editor() {
    if (editor_) return *editor_;
    editor_ = std::make_unique<Editor>(file_, "");
    auto first = editor_->load();
    EXPECT_TRUE(first.config) << describe(first.problems);
    editor_->loaded(first, {});
    editor_->setApply([this]() -> core::Result<void> {
      ++applied_;
      auto result = editor_->load();
      auto outcome = refusesToApply_ ? core::Result<void>(core::fail(core::ErrorCode::Io, "It cannot be.", "log.audit"))
                                     : core::Result<void>{};
      editor_->loaded(result, outcome);
      return outcome;
    });
    return *editor_;
  }
  void restart() { editor_.reset(); }

  static Json level(const char* level) { return {{"log", {{"level", level}}}}; }
  std::string levelNow() { return editor().written().value().document["log"]["level"]; }

  test::TempDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "config.json";
  std::unique_ptr<Editor> editor_;
  int applied_ = 0;
  bool refusesToApply_ = false;
};

}  // namespace larder::config
