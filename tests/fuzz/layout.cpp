#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "import_layout.hpp"
#include "larder/core/reference.hpp"
#include "targets.hpp"

namespace larder::fuzz {
namespace {

// A layout whose blobs are three that the corpus names; removed at the end.
struct Layout {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("larder-fuzz-" + std::to_string(::getpid()));

  Layout() {
    std::string config = "{}", layer = "layer";
    auto descriptor = [](const std::string& content) {
      return R"({"digest":")" + core::Digest::of(content).toString() + R"(","size":)" + std::to_string(content.size()) +
             "}";
    };
    auto image = R"({"schemaVersion":2,"config":)" + descriptor(config) + R"(,"layers":[)" + descriptor(layer) + "]}";
    auto index = R"({"schemaVersion":2,"manifests":[)" + descriptor(image) + "," + descriptor("absent") + "]}";
    for (const auto& content : {config, layer, image, index}) {
      auto blob = path / "app/blobs/sha256" / core::Digest::of(content).hex();
      std::filesystem::create_directories(blob.parent_path());
      std::ofstream(blob) << content;
    }
  }
  ~Layout() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

}  // namespace

void layout(std::string_view input) {
  static const Layout place;
  std::ofstream(place.path / "app/index.json", std::ios::binary | std::ios::trunc) << input;
  auto content = daemon::readLayout({place.path, "app"}, 1 << 20);
  if (!content) return;
  for (const auto& found : content->manifests) {
    for (const auto& tag : found.tags) require(core::isTag(tag), "a tag is one");
  }
}

}  // namespace larder::fuzz
