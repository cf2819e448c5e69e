#include "attachment_tags.hpp"

namespace larder::registry {

std::optional<AttachmentTag> parseAttachmentTag(std::string_view tag) {
  constexpr std::string_view kPrefix = "sha256-";
  constexpr std::size_t kHex = 64;
  if (!tag.starts_with(kPrefix)) return std::nullopt;
  tag.remove_prefix(kPrefix.size());
  auto digest = core::Digest::parse("sha256:" + std::string(tag.substr(0, kHex)));
  if (!digest) return std::nullopt;
  auto suffix = tag.substr(kHex);
  if (!suffix.empty() && suffix != ".sig" && suffix != ".att" && suffix != ".sbom") return std::nullopt;
  return AttachmentTag{*digest, std::string(suffix)};
}

}  // namespace larder::registry
