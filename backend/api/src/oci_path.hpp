// Paths of the OCI distribution API (distribution-spec 1.1, "Endpoints").
#pragma once

#include <string_view>

namespace larder::api {

enum class OciRoute { None, Root, Catalog, Discover, Manifest, Blob, UploadStart, Upload, Tags, Referrers };

// A decoded path taken apart. Views point into it; neither part is validated.
struct OciPath {
  OciRoute route = OciRoute::None;
  std::string_view name;       // repository
  std::string_view reference;  // tag, digest or upload id
};

// Repository names contain slashes, and may have components such as "blobs": what counts is the last component that
// marks a route. Does not allocate.
OciPath parseOciPath(std::string_view path);

}  // namespace larder::api
