// What of a repository that Zot has left was taken over.
//
// It is never taken over again: whatever of it is not here any more was removed here. Kept are fingerprints of 8 bytes,
// for an index may name tens of thousands of manifests. Pure; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "import_layout.hpp"
#include "larder/core/digest.hpp"

namespace larder::daemon {

class AdoptedContent {
 public:
  AdoptedContent() = default;
  // Of what text() made; what is damaged is left out.
  explicit AdoptedContent(std::string_view text);
  std::string text() const;

  bool hasManifest(const core::Digest& digest) const { return has("manifest", digest); }
  bool hasTag(const std::string& tag, const core::Digest& digest) const { return has("tag " + tag, digest); }
  bool hasBlob(const core::Digest& digest) const { return has("blob", digest); }
  void addManifest(const core::Digest& digest) { add("manifest", digest); }
  void addTag(const std::string& tag, const core::Digest& digest) { add("tag " + tag, digest); }
  void addBlob(const core::Digest& digest) { add("blob", digest); }
  std::size_t size() const { return prints_.size(); }

 private:
  bool has(const std::string& what, const core::Digest& digest) const;
  void add(const std::string& what, const core::Digest& digest);

  std::unordered_set<std::uint64_t> prints_;
};

// Leaves in `content` what was not taken over before: new manifests, new tags with their manifests, what these name,
// and the blobs of all of them. Tells the other blobs.
struct OldBlob {
  LayoutBlob blob;
  std::vector<core::Digest> namedBy;  // manifests that were taken over before
};
std::vector<OldBlob> leaveOutOld(LayoutContent& content, const AdoptedContent& before);

}  // namespace larder::daemon
