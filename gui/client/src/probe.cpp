#include "console/client/probe.hpp"

#include <QHostInfo>
#include <utility>

#include "larder/apitypes/status.hpp"

namespace console::client {
namespace {

namespace api = larder::apitypes;

constexpr std::chrono::milliseconds kConnectTime{5000};

}  // namespace

Probe::Probe(Endpoint endpoint, Login login, QObject* parent)
    : QObject(parent), endpoint_(endpoint), login_(std::move(login)), api_(std::move(endpoint)) {
  limit_.setSingleShot(true);
  limit_.setInterval(kConnectTime);
  connect(&limit_, &QTimer::timeout, this, [this] {
    const auto seconds = kConnectTime.count() / 1000;
    fail(connected_ ? Stage::Tls : Stage::Tcp, tr("No answer within %1 s.").arg(seconds));
  });
}

Probe::~Probe() {
  over_ = true;
  socket_.disconnect(this);
  socket_.abort();
}

void Probe::start() {
  const auto host = endpoint_.url.host();
  QHostInfo::lookupHost(host, this, [this, host](const QHostInfo& info) {
    if (info.error() != QHostInfo::NoError || info.addresses().isEmpty()) {
      return fail(Stage::Name, tr("There is no host called %1.").arg(host));
    }
    emit stage(Stage::Name, Result::Passed, tr("%1 is %2").arg(host, info.addresses().front().toString()));
    connectTo(host);
  });
}

void Probe::connectTo(const QString& host) {
  const bool secure = endpoint_.url.scheme() == "https";
  const auto port = static_cast<quint16>(endpoint_.url.port(secure ? 443 : 80));
  connect(&socket_, &QSslSocket::connected, this, [this, secure, port] {
    connected_ = true;
    emit stage(Stage::Tcp, Result::Passed, tr("Port %1 accepts connections").arg(port));
    if (secure) return;
    emit stage(Stage::Tls, Result::Skipped, tr("Not encrypted: the address begins with http"));
    tryLogin();
  });
  connect(&socket_, &QSslSocket::encrypted, this, [this] {
    const auto issuer = socket_.peerCertificate().issuerDisplayName();
    emit stage(Stage::Tls, Result::Passed, tr("Encrypted; the certificate is from %1").arg(issuer));
    tryLogin();
  });
  connect(&socket_, &QSslSocket::sslErrors, this, [this](const QList<QSslError>& faults) {
    if (endpoint_.forgives(faults)) return socket_.ignoreSslErrors(faults);
    const auto certificate = describe(socket_.peerCertificate(), faults);
    emit untrusted(certificate);
    fail(Stage::Tls, tr("The certificate cannot be verified: %1").arg(certificate.reason));
  });
  connect(&socket_, &QSslSocket::errorOccurred, this, [this, port](QAbstractSocket::SocketError error) {
    if (error == QAbstractSocket::ConnectionRefusedError) {
      return fail(Stage::Tcp, tr("Nothing accepts connections on port %1. Is larderd running there?").arg(port));
    }
    fail(connected_ ? Stage::Tls : Stage::Tcp, socket_.errorString() + '.');
  });
  limit_.start();
  if (secure) {
    socket_.setSslConfiguration(endpoint_.tls());
    socket_.connectToHostEncrypted(host, port);
  } else {
    socket_.connectToHost(host, port);
  }
}

void Probe::tryLogin() {
  limit_.stop();
  socket_.disconnect(this);
  socket_.abort();
  auto request = get("/session");
  if (!login_.isEmpty()) {
    api::LogIn body;
    body.user = utf8(login_.user);
    body.password = utf8(login_.password);
    request = ask("/session", body);
  }
  api_.send<api::Session>(request, this, [this](Outcome<api::Session> outcome) {
    if (!outcome) return fail(Stage::Login, outcome.error().message());
    const auto& who = outcome->value;
    if (who.user) {
      const auto user = text(*who.user);
      emit stage(Stage::Login, Result::Passed,
                 who.admin ? tr("%1 is an admin").arg(user) : tr("%1 may look").arg(user));
    } else if (who.mayRead) {
      emit stage(Stage::Login, Result::Passed, tr("Anyone may look; log in to change things"));
    } else {
      return fail(Stage::Login, tr("This server answers only to logged-in users: enter a user and a password."));
    }
    tryVersion();
  });
}

void Probe::tryVersion() {
  api_.send<api::Status>(get("/status"), this, [this](Outcome<api::Status> outcome) {
    if (!outcome) return fail(Stage::Version, outcome.error().message());
    const auto& status = outcome->value;
    emit stage(Stage::Version, Result::Passed,
               status.version ? tr("%1, larderd %2").arg(text(status.name), text(*status.version)) : text(status.name));
    over_ = true;
    emit finished(true);
  });
}

void Probe::fail(Stage at, const QString& why) {
  if (over_) return;
  over_ = true;
  limit_.stop();
  socket_.disconnect(this);
  emit stage(at, Result::Failed, why);
  emit finished(false);
}

}  // namespace console::client
