#include "oci_path.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace larder::api {
namespace {

struct PathCase {
  const char* path;
  OciRoute route;
  const char* name;
  const char* reference;
};

class OciPathTable : public testing::TestWithParam<PathCase> {};

TEST_P(OciPathTable, IsTakenApart) {
  auto parsed = parseOciPath(GetParam().path);
  EXPECT_EQ(parsed.route, GetParam().route);
  EXPECT_EQ(parsed.name, GetParam().name);
  EXPECT_EQ(parsed.reference, GetParam().reference);
}

INSTANTIATE_TEST_SUITE_P(
    Paths, OciPathTable,
    testing::Values(PathCase{"/v2", OciRoute::Root, "", ""}, PathCase{"/v2/", OciRoute::Root, "", ""},
                    PathCase{"/v2/_catalog", OciRoute::Catalog, "", ""},
                    PathCase{"/v2/_oci/ext/discover", OciRoute::Discover, "", ""},
                    PathCase{"/v2/app/manifests/v1", OciRoute::Manifest, "app", "v1"},
                    PathCase{"/v2/a/b/c/manifests/sha256:0", OciRoute::Manifest, "a/b/c", "sha256:0"},
                    PathCase{"/v2/app/manifests/", OciRoute::Manifest, "app", ""},
                    PathCase{"/v2/app/blobs/sha256:0", OciRoute::Blob, "app", "sha256:0"},
                    PathCase{"/v2/app/blobs/uploads", OciRoute::UploadStart, "app", ""},
                    PathCase{"/v2/app/blobs/uploads/", OciRoute::UploadStart, "app", ""},
                    PathCase{"/v2/app/blobs/uploads/1-2", OciRoute::Upload, "app", "1-2"},
                    PathCase{"/v2/app/tags/list", OciRoute::Tags, "app", ""},
                    PathCase{"/v2/app/referrers/sha256:0", OciRoute::Referrers, "app", "sha256:0"},
                    // Components of a name that look like routes: the last one counts.
                    PathCase{"/v2/a/manifests/b/manifests/v1", OciRoute::Manifest, "a/manifests/b", "v1"},
                    PathCase{"/v2/a/blobs/uploads/b/manifests/v1", OciRoute::Manifest, "a/blobs/uploads/b", "v1"},
                    PathCase{"/v2/tags/list/tags/list", OciRoute::Tags, "tags/list", ""},
                    PathCase{"/v2/manifests/manifests/v1", OciRoute::Manifest, "manifests", "v1"},
                    PathCase{"/v2//manifests/v1", OciRoute::Manifest, "", "v1"},
                    PathCase{"/v2/app", OciRoute::None, "", ""}, PathCase{"/v2/app/manifests", OciRoute::None, "", ""},
                    PathCase{"/v2/app/manifests/v1/", OciRoute::None, "", ""},
                    PathCase{"/v2x/app/manifests/v1", OciRoute::None, "", ""},
                    PathCase{"/v1/app/manifests/v1", OciRoute::None, "", ""}, PathCase{"", OciRoute::None, "", ""}));

}  // namespace
}  // namespace larder::api
