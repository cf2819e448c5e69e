#include "oci_path.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace larder::api {
namespace {

struct Case {
  const char* path;
  OciRoute route;
  const char* name;
  const char* reference;
};

class OciPathTable : public testing::TestWithParam<Case> {};

TEST_P(OciPathTable, IsTakenApart) {
  auto parsed = parseOciPath(GetParam().path);
  EXPECT_EQ(parsed.route, GetParam().route);
  EXPECT_EQ(parsed.name, GetParam().name);
  EXPECT_EQ(parsed.reference, GetParam().reference);
}

INSTANTIATE_TEST_SUITE_P(
    Paths, OciPathTable,
    testing::Values(Case{"/v2", OciRoute::Root, "", ""}, Case{"/v2/", OciRoute::Root, "", ""},
                    Case{"/v2/_catalog", OciRoute::Catalog, "", ""},
                    Case{"/v2/_oci/ext/discover", OciRoute::Discover, "", ""},
                    Case{"/v2/app/manifests/v1", OciRoute::Manifest, "app", "v1"},
                    Case{"/v2/a/b/c/manifests/sha256:0", OciRoute::Manifest, "a/b/c", "sha256:0"},
                    Case{"/v2/app/manifests/", OciRoute::Manifest, "app", ""},
                    Case{"/v2/app/blobs/sha256:0", OciRoute::Blob, "app", "sha256:0"},
                    Case{"/v2/app/blobs/uploads", OciRoute::UploadStart, "app", ""},
                    Case{"/v2/app/blobs/uploads/", OciRoute::UploadStart, "app", ""},
                    Case{"/v2/app/blobs/uploads/1-2", OciRoute::Upload, "app", "1-2"},
                    Case{"/v2/app/tags/list", OciRoute::Tags, "app", ""},
                    Case{"/v2/app/referrers/sha256:0", OciRoute::Referrers, "app", "sha256:0"},
                    // Components of a name that look like routes: the last one counts.
                    Case{"/v2/a/manifests/b/manifests/v1", OciRoute::Manifest, "a/manifests/b", "v1"},
                    Case{"/v2/a/blobs/uploads/b/manifests/v1", OciRoute::Manifest, "a/blobs/uploads/b", "v1"},
                    Case{"/v2/tags/list/tags/list", OciRoute::Tags, "tags/list", ""},
                    Case{"/v2/manifests/manifests/v1", OciRoute::Manifest, "manifests", "v1"},
                    Case{"/v2//manifests/v1", OciRoute::Manifest, "", "v1"}, Case{"/v2/app", OciRoute::None, "", ""},
                    Case{"/v2/app/manifests", OciRoute::None, "", ""},
                    Case{"/v2/app/manifests/v1/", OciRoute::None, "", ""},
                    Case{"/v2x/app/manifests/v1", OciRoute::None, "", ""},
                    Case{"/v1/app/manifests/v1", OciRoute::None, "", ""}, Case{"", OciRoute::None, "", ""}));

}  // namespace
}  // namespace larder::api
