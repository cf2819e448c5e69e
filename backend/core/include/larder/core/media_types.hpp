// Media types of manifests (OCI image-spec 1.1 "Media Types", Docker image manifest v2 schema 2).
#pragma once

#include <array>
#include <string_view>

namespace larder::core::media {

inline constexpr std::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kOciConfig = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view kOciEmpty = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view kOciArtifactManifest = "application/vnd.oci.artifact.manifest.v1+json";
inline constexpr std::string_view kDockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view kDockerConfig = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view kDockerList = "application/vnd.docker.distribution.manifest.list.v2+json";

// What an upstream is asked for, in the order of preference; byte-exact whatever comes.
inline constexpr std::array kAcceptedManifests{kOciIndex, kDockerList, kOciManifest, kDockerManifest};

inline constexpr bool isIndex(std::string_view type) {
  return type == kOciIndex || type == kDockerList;
}
inline constexpr bool isImageManifest(std::string_view type) {
  return type == kOciManifest || type == kDockerManifest;
}

// The largest manifest that is stored or passed on: clients refuse more than 4 MiB (OCI distribution-spec 1.1,
// "Pushing Manifests": a registry should accept at least this much).
inline constexpr std::size_t kMaxManifestBytes = 4 * 1024 * 1024;

}  // namespace larder::core::media
