// Redirects, as registries send them to content delivery networks.
#include "fixtures.hpp"

namespace larder::upstream {
namespace {

using OciRedirect = OciSourceTest;

const std::string kRedirectedImage = "img/1x1m/cdn";

TEST_F(OciRedirect, IsFollowedWithoutTheCredentials) {
  registry().configure({{"auth", "token"}, {"cdn", registry().otherUrl()}});
  auto upstream = source();
  auto layer = layerOf(kRedirectedImage);
  CollectingSink sink;
  valueOf(getBlob(*upstream, kRedirectedImage, layer, sink));
  EXPECT_EQ(sink.hasher.digest(), layer);
  auto request = registry().requests("cdn").back();
  EXPECT_TRUE(request["auth"].is_null());
  EXPECT_EQ(request["query"]["signature"], "x");
}

TEST_F(OciRedirect, ResumesFromTheRegistryAgain) {
  registry().configure({{"cdn", registry().otherUrl()}});
  registry().fault({{"fault", "cut"}, {"kind", "cdn"}, {"after", 500'000}});
  auto layer = layerOf(kRedirectedImage);
  CollectingSink sink;
  valueOf(getBlob(*source(), kRedirectedImage, layer, sink));
  EXPECT_EQ(sink.hasher.digest(), layer);
  EXPECT_EQ(registry().count("GET blob"), 2);
  EXPECT_EQ(registry().requests("cdn").back()["range"], "bytes=500000-");
}

TEST_F(OciRedirect, KeepsTheCredentialsAtTheSameHost) {
  registry().configure({{"auth", "token"}});
  registry().fault({{"fault", "redirect"}, {"kind", "manifest"}, {"skip", 1}, {"to", registry().url()}});
  valueOf(getManifest(*source(), kRedirectedImage));
  EXPECT_EQ(registry().requests("manifest").back()["auth"], "bearer");
}

TEST_F(OciRedirect, EndsALoop) {
  registry().fault({{"fault", "redirect"}, {"kind", "manifest"}, {"to", "self"}, {"count", -1}});
  auto result = getManifest(*source(), kRedirectedImage);
  EXPECT_EQ(codeOf(result), ErrorCode::UpstreamInvalid);
  EXPECT_EQ(registry().count("GET manifest"), 6);
}

TEST_F(OciRedirect, GoesToHttpAndHttpsAlone) {
  for (auto to : {"file:///etc/passwd#", "ftp://localhost", "gopher://localhost", "http://user:pw@localhost"}) {
    registry().fault({{"fault", "redirect"}, {"kind", "manifest"}, {"to", to}});
    EXPECT_EQ(codeOf(getManifest(*source(), kRedirectedImage)), ErrorCode::UpstreamInvalid) << to;
  }
}

TEST_F(OciRedirect, SizesABlobWhoseAddressIsGoodForGetAlone) {
  registry().configure({{"cdn", registry().otherUrl()}});
  registry().fault({{"fault", "status"}, {"kind", "cdn"}, {"method", "HEAD"}, {"status", 403}});
  auto layer = layerOf(kRedirectedImage);
  EXPECT_EQ(valueOf(run(source()->headBlob(kRedirectedImage, layer, in(kPatience)))), 1024 * 1024U);
}

}  // namespace
}  // namespace larder::upstream
