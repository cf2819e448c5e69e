#include "adopted_marks.hpp"

#include <string_view>
#include <utility>

namespace larder::daemon {
namespace {

using runtime::Task;

constexpr std::string_view kPrefix = "adopted/";
constexpr std::string_view kContentPrefix = "adopted-content/";
constexpr const char* kManifestsOnly = " manifests";

}  // namespace

std::optional<LayoutMark> markOf(const LayoutPlace& place) {
  auto index = openLayoutIndex(place);
  if (!index) return std::nullopt;
  const auto& file = index->info;
  auto text = std::to_string(file.st_mtim.tv_sec) + "." + std::to_string(file.st_mtim.tv_nsec) + "-" +
              std::to_string(file.st_size);
  return LayoutMark{std::move(text), static_cast<std::uint64_t>(file.st_size)};
}

Task<core::Result<std::unordered_map<std::string, std::string>>> AdoptedMarks::all() {
  auto documents = co_await shared_.documents(std::string(kPrefix));
  if (!documents) co_return core::fail(documents.error());
  std::unordered_map<std::string, std::string> marks;
  for (auto& [key, content] : *documents) marks.emplace(key.substr(kPrefix.size()), std::move(content));
  co_return marks;
}

Task<core::Result<std::string>> AdoptedMarks::of(const std::string& repository) {
  return shared_.document(std::string(kPrefix) + repository);
}

Task<core::Result<void>> AdoptedMarks::put(const std::string& repository, LayoutMark mark, Adopted adopted) {
  if (adopted == Adopted::Manifests) mark.text += kManifestsOnly;
  return shared_.putDocument(std::string(kPrefix) + repository, adopted == Adopted::Nothing ? "" : mark.text);
}

Task<core::Result<AdoptedContent>> AdoptedMarks::content(std::string repository) {
  auto kept = co_await shared_.document(std::string(kContentPrefix) + repository);
  if (!kept) co_return core::fail(kept.error());
  co_return AdoptedContent(*kept);
}

Task<core::Result<void>> AdoptedMarks::putContent(const std::string& repository, const AdoptedContent* content) {
  return shared_.putDocument(std::string(kContentPrefix) + repository, content->text());
}

Adopted AdoptedMarks::compare(const std::string& kept, const LayoutMark& now) {
  if (kept == now.text) return Adopted::All;
  return kept == now.text + kManifestsOnly ? Adopted::Manifests : Adopted::Nothing;
}

}  // namespace larder::daemon
