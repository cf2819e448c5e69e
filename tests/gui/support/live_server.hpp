// The daemon's end of the live stream, as a test plays it.
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QWebSocket>
#include <QWebSocketServer>
#include <functional>

namespace console::test {

class LiveServer : public QWebSocketServer {
 public:
  LiveServer() : QWebSocketServer("larderd", NonSecureMode) {
    if (!listen(QHostAddress::LocalHost)) qFatal("no free port");
    connect(this, &QWebSocketServer::newConnection, this, [this] {
      socket = nextPendingConnection();
      socket->setParent(this);
      ++connections;
      connect(socket, &QWebSocket::textMessageReceived, this, [this](const QString& message) {
        const auto request = QJsonDocument::fromJson(message.toUtf8()).object();
        if (request["type"] == "ping") {
          ++pings;
        } else {
          requests << request["type"].toString() + ' ' + request["topic"].toString();
        }
        if (request["type"] == "subscribe" && onSubscribe) onSubscribe(request["topic"].toString());
      });
    });
  }

  QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort())); }
  void say(const QByteArray& message) {
    if (socket) socket->sendTextMessage(QString::fromUtf8(message));
  }
  void sayItems(const char* type, const char* topic, int seq, const QByteArray& items = "[]") {
    say(QByteArray("{\"type\":\"") + type + "\",\"topic\":\"" + topic + "\",\"seq\":" + QByteArray::number(seq) +
        ",\"data\":{\"items\":" + items + "}}");
  }

  QPointer<QWebSocket> socket;  // the last one
  int connections = 0;
  int pings = 0;
  QStringList requests;  // "subscribe transfers"
  std::function<void(const QString& topic)> onSubscribe;
};

}  // namespace console::test
