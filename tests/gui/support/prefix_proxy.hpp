// A reverse proxy on a free port of this machine that takes a prefix off before a daemon, and answers nothing else. It
// runs in the test's own event loop.
#pragma once

#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <memory>
#include <utility>

namespace console::test {

class PrefixProxy : public QTcpServer {
 public:
  PrefixProxy(QUrl daemon, QByteArray prefix) : daemon_(std::move(daemon)), prefix_(std::move(prefix)) {
    if (!listen(QHostAddress::LocalHost)) qFatal("no free port");
    connect(this, &QTcpServer::newConnection, this, [this] {
      while (auto* client = nextPendingConnection()) serve(client);
    });
  }

  // Without the prefix.
  QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort())); }
  // What was asked for beside it.
  const QByteArrayList& strays() const { return strays_; }

 private:
  struct Stream {
    QByteArray buffer;
    qint64 body = 0;  // what is still to come of a request's
    bool isSocket = false;
  };

  void serve(QTcpSocket* client) {
    auto* server = new QTcpSocket(client);
    auto stream = std::make_shared<Stream>();
    server->connectToHost(daemon_.host(), static_cast<quint16>(daemon_.port()));
    connect(server, &QTcpSocket::readyRead, client, [client, server] { client->write(server->readAll()); });
    connect(server, &QTcpSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
    connect(client, &QTcpSocket::readyRead, server, [this, client, server, stream] {
      stream->buffer += client->readAll();
      while (pass(*stream, *client, *server)) {
      }
    });
    connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
  }

  // Whether there may be more to pass on.
  bool pass(Stream& stream, QTcpSocket& client, QTcpSocket& server) {
    const auto plain = stream.isSocket ? stream.buffer.size() : qMin<qint64>(stream.body, stream.buffer.size());
    server.write(stream.buffer.left(plain));
    stream.buffer.remove(0, plain);
    stream.body -= stream.isSocket ? 0 : plain;
    const auto end = stream.buffer.indexOf("\r\n\r\n");
    if (stream.isSocket || stream.body > 0 || end < 0) return false;
    auto head = stream.buffer.left(end);
    stream.buffer.remove(0, end + 4);
    const auto target = head.indexOf(' ') + 1;
    if (head.mid(target, prefix_.size() + 1) != prefix_ + '/') {
      strays_ << head.left(head.indexOf('\r'));
      client.write("HTTP/1.1 404 Elsewhere\r\nContent-Length: 0\r\n\r\n");
      return true;
    }
    head.remove(target, prefix_.size());
    for (const auto& line : head.toLower().split('\n')) {
      if (line.startsWith("content-length:")) stream.body = line.mid(15).trimmed().toLongLong();
      if (line.startsWith("upgrade:")) stream.isSocket = true;
    }
    server.write(head + "\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Prefix: " + prefix_ + "\r\n\r\n");
    return true;
  }

  QUrl daemon_;
  QByteArray prefix_;
  QByteArrayList strays_;
};

}  // namespace console::test
