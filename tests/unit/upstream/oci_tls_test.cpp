// TLS to an upstream: whom we trust, and how we show who we are.
#include <filesystem>

#include "fixtures.hpp"
#include "sources/oci/tls_files.hpp"
#include "support/temp_directory.hpp"
#include "support/test_certificates.hpp"

namespace larder::upstream {
namespace {

namespace fs = std::filesystem;

const std::string kTlsImage = "img/1x1m/tls";

class OciTls : public ::testing::Test {
 protected:
  std::vector<std::string> tls(std::vector<std::string> more = {}) const {
    std::vector<std::string> options{"--tls-cert", server_.certificate(), "--tls-key", server_.key()};
    options.insert(options.end(), more.begin(), more.end());
    return options;
  }
  static EndpointOptions optionsFor(const test::FaultyUpstream& registry) {
    EndpointOptions options;
    options.url = "https://" + registry.host();
    options.connectTimeout = seconds(30);
    options.firstByteTimeout = seconds(30);
    return options;
  }
  Result<UpstreamManifest> get(const EndpointOptions& options) {
    auto source = makeOciSource(client_, threads_.blocking(), options);
    return threads_.run(source->getManifest(kTlsImage, Reference::ofTag("latest"), in(kPatience)));
  }
  // A directory as in Docker's certs.d.
  fs::path certDir(bool withClient) const {
    auto path = directory_.path() / (withClient ? "with-client" : "ca-alone");
    fs::create_directory(path);
    fs::copy_file(ca_.certificate(), path / "ca.crt");
    if (withClient) {
      fs::copy_file(user_.certificate(), path / "client.cert");
      fs::copy_file(user_.key(), path / "client.key");
    }
    return path;
  }

  test::TempDirectory directory_;
  support::TestCertificate ca_{directory_.path(), "ca"};
  support::TestCertificate server_{directory_.path(), "server", &ca_};
  support::TestCertificate user_{directory_.path(), "user", &ca_};
  telemetry::MetricRegistry metrics_;
  test::TestRuntime threads_;
  std::shared_ptr<HttpClient> client_ = makeHttpClient(threads_.get().io(0), metrics_);
};

TEST_F(OciTls, TrustsTheSystemsAuthoritiesAlone) {
  test::FaultyUpstream registry(tls());
  auto result = get(optionsFor(registry));
  EXPECT_EQ(codeOf(result), ErrorCode::UpstreamUntrusted);
  EXPECT_NE(result.error().message.find("ca.crt"), std::string::npos) << result.error().message;
}

TEST_F(OciTls, TrustsTheAuthorityInCertDirToo) {
  test::FaultyUpstream registry(tls());
  auto options = optionsFor(registry);
  options.certDir = certDir(false);
  valueOf(get(options));
}

TEST_F(OciTls, TrustsAnyoneWhereVerificationIsOff) {
  test::FaultyUpstream registry(tls());
  auto options = optionsFor(registry);
  options.tlsVerify = false;
  valueOf(get(options));
}

TEST_F(OciTls, ShowsItsClientCertificate) {
  test::FaultyUpstream registry(tls({"--tls-client-ca", ca_.certificate()}));
  auto options = optionsFor(registry);
  options.certDir = certDir(false);
  EXPECT_EQ(codeOf(get(options)), ErrorCode::UpstreamUnavailable);
  options.certDir = certDir(true);
  valueOf(get(options));
}

TEST_F(OciTls, StreamsBlobs) {
  test::FaultyUpstream registry(tls());
  auto options = optionsFor(registry);
  options.certDir = certDir(false);
  auto manifest = nlohmann::json::parse(valueOf(get(options)).content);
  auto layer = valueOf(Digest::parse(manifest["layers"][0]["digest"].get<std::string>()));
  CollectingSink sink;
  auto source = makeOciSource(client_, threads_.blocking(), options);
  valueOf(threads_.run(source->getBlob(kTlsImage, layer, 0, sink, in(kPatience))));
  EXPECT_EQ(sink.hasher.digest(), layer);
}

TEST_F(OciTls, NeverFollowsARedirectToPlainHttp) {
  test::FaultyUpstream plain;
  test::FaultyUpstream registry(tls({"--cdn", plain.url()}));
  auto options = optionsFor(registry);
  options.certDir = certDir(false);
  auto manifest = nlohmann::json::parse(valueOf(get(options)).content);
  auto layer = valueOf(Digest::parse(manifest["layers"][0]["digest"].get<std::string>()));
  CollectingSink sink;
  auto source = makeOciSource(client_, threads_.blocking(), options);
  auto result = threads_.run(source->getBlob(kTlsImage, layer, 0, sink, in(kPatience)));
  EXPECT_EQ(codeOf(result), ErrorCode::UpstreamInvalid);
  EXPECT_EQ(plain.count("GET cdn"), 0);
}

TEST_F(OciTls, FindsTheFilesOfACertDir) {
  auto path = certDir(true);
  auto found = readCertDir(path, true);
  EXPECT_EQ(found.caFile, path / "ca.crt");
  EXPECT_EQ(found.certificate, path / "client.cert");
  EXPECT_EQ(found.key, path / "client.key");
  fs::remove(path / "client.key");
  EXPECT_TRUE(readCertDir(path, true).certificate.empty()) << "a certificate without a key is of no use";
  EXPECT_TRUE(readCertDir(directory_.path() / "missing", true).caFile.empty());
  EXPECT_FALSE(readCertDir({}, false).verify);
}

}  // namespace
}  // namespace larder::upstream
