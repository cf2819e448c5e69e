#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "larder/http/server.hpp"
#include "support/raw_client.hpp"
#include "support/temp_directory.hpp"
#include "support/test_certificates.hpp"

namespace larder::http {
namespace {

namespace fs = std::filesystem;
using support::TestCertificate;

class OnePiece final : public BodySource {
 public:
  Task<Result<std::optional<Piece>>> next() override {
    if (std::exchange(given_, true)) co_return std::nullopt;
    co_return Piece(std::string("a piece"));
  }

 private:
  bool given_ = false;
};

// Answers with the client's certificate name, with a file that does not fit in one record, with a piece or with none.
class NameHandler final : public Handler {
 public:
  explicit NameHandler(const fs::path& directory) : content(300000, 'x') {
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>('a' + i % 23);
    auto path = (directory / "file").string();
    descriptor = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
    EXPECT_EQ(::write(descriptor, content.data(), content.size()), static_cast<ssize_t>(content.size()));
  }
  ~NameHandler() override { ::close(descriptor); }
  bool tryReady(const RequestHead&, ReadyResponse&) override { return false; }
  // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the seam's; the server keeps the request.
  Task<Response> handle(Request& request) override {
    Response response;
    if (request.head.path == "/file") {
      response.body = FilePiece{nullptr, descriptor, 0, content.size()};
    } else if (request.head.path == "/piece") {
      response.body = std::make_unique<OnePiece>();
      response.contentLength = 7;
    } else if (request.head.path == "/none") {
      response.status = 202;
    } else {
      response.body = (request.head.tls ? "tls:" : "plain:") + std::string(request.head.certificateName);
    }
    co_return response;
  }
  void finished(const RequestHead&, const Outcome&) override {}
  std::string content;
  int descriptor = -1;
};

class TlsTest : public ::testing::Test {
 public:
  TlsTest() {
    server_ = std::move(Server::listen(runtime_, {.address = "127.0.0.1"}, handler_, metrics_).value());
    server_->start();
    runtime_.start();
  }
  ~TlsTest() override {
    runtime_.stop();
    runtime_.join();
  }

 protected:
  // The answer's body, "" if there was none. The server's certificate must be named `serverName`.
  std::string get(const std::string& target, const TestCertificate* client, std::string* serverName = nullptr) {
    support::RawClient tcp(server_->port());
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    if (client) {
      SSL_CTX_use_certificate_file(context.get(), client->certificate().c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(context.get(), client->key().c_str(), SSL_FILETYPE_PEM);
    }
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), &SSL_free);
    SSL_set_fd(ssl.get(), tcp.descriptor());
    if (SSL_connect(ssl.get()) != 1) return "";
    if (serverName) {
      char name[64] = {};
      X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(ssl.get())), NID_commonName, name,
                                sizeof name);
      *serverName = name;
    }
    auto request = "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
    std::string answer;
    char buffer[16384];
    for (int n; (n = SSL_read(ssl.get(), buffer, sizeof buffer)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(n));
    auto body = answer.find("\r\n\r\n");
    return body == std::string::npos ? "" : answer.substr(body + 4);
  }

  test::TempDirectory directory_;
  TestCertificate ca_{directory_.path(), "ca"};
  TestCertificate serverCertificate_{directory_.path(), "server", &ca_};
  TestCertificate client_{directory_.path(), "alice", &ca_};
  telemetry::MetricRegistry metrics_;
  NameHandler handler_{directory_.path()};
  runtime::Runtime runtime_{{.ioThreads = 2, .blockingThreads = 1}};
  std::unique_ptr<Server> server_;
};

TEST_F(TlsTest, ServesFilesOverSeveralRecords) {
  ASSERT_TRUE(server_->setTls({serverCertificate_.certificate(), serverCertificate_.key(), "", false}));
  EXPECT_EQ(get("/", nullptr), "tls:");
  EXPECT_EQ(get("/file", nullptr), handler_.content);
}

TEST_F(TlsTest, LeavesOutEmptyParts) {
  ASSERT_TRUE(server_->setTls({serverCertificate_.certificate(), serverCertificate_.key(), "", false}));
  EXPECT_EQ(get("/piece", nullptr), "a piece");
  EXPECT_EQ(get("/none", nullptr), "");
}

TEST_F(TlsTest, NamesTheClientOnlyIfItsCertificateIsVerified) {
  ASSERT_TRUE(server_->setTls({serverCertificate_.certificate(), serverCertificate_.key(), ca_.certificate(), false}));
  EXPECT_EQ(get("/", &client_), "tls:alice");
  EXPECT_EQ(get("/", nullptr), "tls:");
  TestCertificate foreignCa(directory_.path(), "foreign-ca");
  TestCertificate foreign(directory_.path(), "mallory", &foreignCa);
  EXPECT_EQ(get("/", &foreign), "");
}

TEST_F(TlsTest, RefusesClientsWithoutACertificateWhereOneIsRequired) {
  ASSERT_TRUE(server_->setTls({serverCertificate_.certificate(), serverCertificate_.key(), ca_.certificate(), true}));
  EXPECT_EQ(get("/", nullptr), "");
  EXPECT_EQ(get("/", &client_), "tls:alice");
}

// A connection that is kept open.
class KeptClient {
 public:
  KeptClient(std::uint16_t port, const TestCertificate& certificate)
      : tcp_(port), context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free), ssl_(nullptr, &SSL_free) {
    SSL_CTX_use_certificate_file(context_.get(), certificate.certificate().c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_.get(), certificate.key().c_str(), SSL_FILETYPE_PEM);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), tcp_.descriptor());
    SSL_connect(ssl_.get());
  }
  // The answer's body, "" once the server has closed the connection.
  std::string get() {
    static constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    SSL_write(ssl_.get(), kRequest.data(), static_cast<int>(kRequest.size()));
    std::string answer = read();
    auto body = answer.find("\r\n\r\n");
    return body == std::string::npos ? "" : answer.substr(body + 4);
  }
  // What comes next; "" at the end.
  std::string read() {
    char buffer[4096];
    auto n = SSL_read(ssl_.get(), buffer, sizeof buffer);
    return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : "";
  }

 private:
  support::RawClient tcp_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

TEST_F(TlsTest, EndsConnectionsWhoseCertificateIsRevoked) {
  auto list = directory_.path() / "ca.crl";
  ca_.revoke(list, {});
  TlsFiles files{serverCertificate_.certificate(), serverCertificate_.key(), ca_.certificate(), true, list.string()};
  ASSERT_TRUE(server_->setTls(files));
  TestCertificate bob(directory_.path(), "bob", &ca_);
  KeptClient alices(server_->port(), client_), idle(server_->port(), client_), bobs(server_->port(), bob);
  EXPECT_EQ(alices.get(), "tls:alice");
  EXPECT_EQ(idle.get(), "tls:alice");
  EXPECT_EQ(bobs.get(), "tls:bob");
  ca_.revoke(list, {&client_});
  ASSERT_TRUE(server_->setTls(files));
  EXPECT_EQ(alices.get(), "");
  EXPECT_EQ(idle.read(), "") << "one that asks nothing is ended too";
  EXPECT_EQ(bobs.get(), "tls:bob");
  EXPECT_EQ(get("/", &client_), "");
  EXPECT_EQ(get("/", &bob), "tls:bob");
}

TEST_F(TlsTest, EndsConnectionsWhoseAuthorityIsNoneAnyMore) {
  ASSERT_TRUE(server_->setTls({serverCertificate_.certificate(), serverCertificate_.key(), ca_.certificate(), false}));
  KeptClient alices(server_->port(), client_);
  EXPECT_EQ(alices.get(), "tls:alice");
  TestCertificate otherCa(directory_.path(), "other-ca");
  ASSERT_TRUE(
      server_->setTls({serverCertificate_.certificate(), serverCertificate_.key(), otherCa.certificate(), false}));
  EXPECT_EQ(alices.get(), "");
  KeptClient again(server_->port(), serverCertificate_);
  ASSERT_TRUE(server_->setTls({serverCertificate_.certificate(), serverCertificate_.key(), "", false}));
  EXPECT_EQ(again.get(), "") << "nobody's is asked for any more";
}

TEST_F(TlsTest, RefusesAListThatIsNoneAndEveryoneOnceItIsOutOfDate) {
  auto list = directory_.path() / "ca.crl";
  TlsFiles files{serverCertificate_.certificate(), serverCertificate_.key(), ca_.certificate(), false, list.string()};
  EXPECT_FALSE(server_->setTls(files));
  files.crl = ca_.certificate();
  EXPECT_FALSE(server_->setTls(files));
  files.crl = list.string();
  ca_.revoke(list, {}, -1);
  ASSERT_TRUE(server_->setTls(files));
  EXPECT_EQ(get("/", &client_), "");
  EXPECT_EQ(get("/", nullptr), "tls:");
}

TEST_F(TlsTest, SwapsTheCertificateForNewConnectionsAndKeepsItOnFailure) {
  ASSERT_TRUE(server_->setTls({serverCertificate_.certificate(), serverCertificate_.key(), "", false}));
  TestCertificate renewed(directory_.path(), "renewed", &ca_);
  std::string name;
  get("/", nullptr, &name);
  EXPECT_EQ(name, "server");
  ASSERT_TRUE(server_->setTls({renewed.certificate(), renewed.key(), "", false}));
  get("/", nullptr, &name);
  EXPECT_EQ(name, "renewed");
  auto mismatch = server_->setTls({renewed.certificate(), serverCertificate_.key(), "", false});
  ASSERT_FALSE(mismatch);
  EXPECT_EQ(mismatch.error().where, serverCertificate_.key());
  EXPECT_FALSE(server_->setTls({"/nowhere.crt", renewed.key(), "", false}));
  get("/", nullptr, &name);
  EXPECT_EQ(name, "renewed");
}

}  // namespace
}  // namespace larder::http
