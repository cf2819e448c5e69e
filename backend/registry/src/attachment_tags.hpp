// Tags that lead to what is attached to an image: cosign's, and that of the referrers tag schema
// (distribution-spec 1.1, "Unavailable Referrers API"). Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "larder/core/digest.hpp"

namespace larder::registry {

struct AttachmentTag {
  core::Digest image;
  std::string suffix;  // cosign's ".sig", ".att" or ".sbom"; "": the referrers tag schema
};

// Behind "sha256-<hex>": signatures, attestations, SBOMs.
inline constexpr std::array<const char*, 3> kCosignSuffixes{".sig", ".att", ".sbom"};

// Nothing for any other tag.
std::optional<AttachmentTag> parseAttachmentTag(std::string_view tag);

}  // namespace larder::registry
