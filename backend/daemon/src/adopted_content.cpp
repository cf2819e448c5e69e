#include "adopted_content.hpp"

#include <algorithm>
#include <charconv>
#include <ranges>
#include <utility>

namespace larder::daemon {
namespace {

constexpr std::size_t kPrintDigits = 16;

std::uint64_t fingerprint(const std::string& what, const core::Digest& digest) {
  auto hash = core::Digest::of(what + " " + digest.toString());
  std::uint64_t print = 0;
  for (auto byte : hash.raw().first(sizeof(print))) print = print << 8 | std::to_integer<std::uint64_t>(byte);
  return print;
}

}  // namespace

AdoptedContent::AdoptedContent(std::string_view text) {
  for (; text.size() >= kPrintDigits; text.remove_prefix(kPrintDigits)) {
    std::uint64_t print = 0;
    const auto* end = text.data() + kPrintDigits;
    auto read = std::from_chars(text.data(), end, print, 16);
    if (read.ec == std::errc() && read.ptr == end) prints_.insert(print);
  }
}

std::string AdoptedContent::text() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(prints_.size() * kPrintDigits);
  for (auto print : prints_) {
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[print >> shift & 15];
  }
  return text;
}

bool AdoptedContent::has(const std::string& what, const core::Digest& digest) const {
  return prints_.contains(fingerprint(what, digest));
}

void AdoptedContent::add(const std::string& what, const core::Digest& digest) {
  prints_.insert(fingerprint(what, digest));
}

std::vector<OldBlob> leaveOutOld(LayoutContent& content, const AdoptedContent& before) {
  if (before.size() == 0) return {};
  std::vector<LayoutManifest> taken;
  std::unordered_set<core::Digest> named;  // by what is taken
  std::vector<bool> isNew(content.blobs.size());
  std::vector<std::vector<core::Digest>> namedBy(content.blobs.size());
  // Indexes first: they stand behind what they name.
  for (auto& manifest : std::views::reverse(content.manifests)) {
    std::erase_if(manifest.tags, [&](const std::string& tag) { return before.hasTag(tag, manifest.digest); });
    bool isKnown = before.hasManifest(manifest.digest) && !named.contains(manifest.digest);
    if (isKnown && manifest.tags.empty()) {
      for (auto blob : manifest.blobs) namedBy[blob].push_back(manifest.digest);
      continue;
    }
    named.insert(manifest.children.begin(), manifest.children.end());
    for (auto blob : manifest.blobs) isNew[blob] = true;
    taken.push_back(std::move(manifest));
  }
  std::ranges::reverse(taken);
  content.manifests = std::move(taken);
  std::vector<LayoutBlob> blobs;
  std::vector<OldBlob> old;
  for (std::size_t i = 0; i < content.blobs.size(); ++i) {
    if (isNew[i]) {
      blobs.push_back(content.blobs[i]);
    } else {
      old.push_back({content.blobs[i], std::move(namedBy[i])});
    }
  }
  content.blobs = std::move(blobs);
  return old;
}

}  // namespace larder::daemon
