#include "console/desktop/instance.hpp"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalSocket>
#include <QStandardPaths>

namespace console::desktop {
namespace {

constexpr std::chrono::milliseconds kRetryAfter{100};
constexpr std::chrono::milliseconds kSpeakWithin{2000};
constexpr qint64 kMostMessageBytes = 8192;
const QByteArray kTaken = QByteArrayLiteral("taken\n");

QString addressIn(const QString& directory) {
#ifdef Q_OS_WIN
  // Pipes have one name space for all users.
  return "larder-console-" + QCryptographicHash::hash(directory.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
#else
  return QDir(directory).filePath("larder-console.socket");
#endif
}

}  // namespace

Instance::Instance(const QString& directory, std::chrono::milliseconds patience, QObject* parent)
    : QObject(parent),
      address_(addressIn(directory)),
      lock_(QDir(directory).filePath("larder-console.lock")),
      patience_(patience) {
  // It is held for as long as the console runs: old is not stale.
  lock_.setStaleLockTime(0);
  server_.setSocketOptions(QLocalServer::UserAccessOption);
  retry_.setSingleShot(true);
  retry_.setInterval(kRetryAfter);
  connect(&retry_, &QTimer::timeout, this, &Instance::tryAgain);
  connect(&server_, &QLocalServer::newConnection, this, [this] {
    while (auto* socket = server_.nextPendingConnection()) receive(socket);
  });
}

QString Instance::directoryOfUser() {
  return QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
}

void Instance::start(const QByteArray& message) {
  message_ = message;
  since_.start();
  tryAgain();
}

void Instance::tryAgain() {
  if (decided_) return;
  if (lock_.tryLock(0)) {
    decided_ = true;
    // Of one that crashed.
    QLocalServer::removeServer(address_);
    server_.listen(address_);
    emit first();
    return;
  }
  if (lock_.error() != QLockFile::LockFailedError || since_.hasExpired(patience_.count())) {
    decided_ = true;
    emit alone();
    return;
  }
  handOver();
}

void Instance::handOver() {
  auto* socket = new QLocalSocket(this);
  connect(socket, &QLocalSocket::connected, this, [this, socket] { socket->write(message_ + '\n'); });
  connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
    if (decided_ || !socket->canReadLine() || socket->readLine() != kTaken) return;
    decided_ = true;
    emit handedOver();
  });
  // It may not listen yet, or be at its end. A silent one is as good as none.
  connect(socket, &QLocalSocket::stateChanged, this, [this, socket](QLocalSocket::LocalSocketState state) {
    if (state != QLocalSocket::UnconnectedState) return;
    socket->deleteLater();
    if (!decided_) retry_.start();
  });
  QTimer::singleShot(patience_, socket, &QLocalSocket::abort);
  socket->connectToServer(address_);
}

void Instance::receive(QLocalSocket* socket) {
  socket->setReadBufferSize(kMostMessageBytes);
  connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
  connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
    if (!socket->canReadLine()) {
      if (socket->bytesAvailable() >= kMostMessageBytes) socket->abort();
      return;
    }
    const auto line = socket->readLine().chopped(1);
    socket->write(kTaken);
    socket->disconnectFromServer();
    emit asked(line);
  });
  QTimer::singleShot(kSpeakWithin, socket, &QLocalSocket::abort);
}

}  // namespace console::desktop
