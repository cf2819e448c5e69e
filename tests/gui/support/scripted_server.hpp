// An HTTP server on a free port of this machine that answers as a test tells it to: slowly, in parts, wrongly, or not
// at all. Runs in the test's own event loop.
#pragma once

#include <QHash>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUrl>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace console::test {

struct ScriptedRequest {
  QByteArray method;
  QByteArray target;                      // with the query
  QHash<QByteArray, QByteArray> headers;  // names in lower case
  QByteArray body;
  QByteArray path() const { return target.left(target.indexOf('?') < 0 ? target.size() : target.indexOf('?')); }
};

struct ScriptedReply {
  int status = 200;
  QByteArray body = "{}";
  QByteArray type = "application/json";
  std::vector<std::pair<QByteArray, QByteArray>> headers = {};
  int delayMs = 0;
  bool never = false;    // no answer at all
  bool cutBody = false;  // half of the body, and the connection is closed
};

class ScriptedServer : public QTcpServer {
 public:
  using Handler = std::function<ScriptedReply(const ScriptedRequest&)>;

  explicit ScriptedServer(Handler handler = {}) : handler_(std::move(handler)) {
    if (!listen(QHostAddress::LocalHost)) qFatal("no free port");
    connect(this, &QTcpServer::newConnection, this, [this] {
      while (auto* socket = nextPendingConnection()) serve(socket);
    });
  }

  void answer(Handler handler) { handler_ = std::move(handler); }
  QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort())); }
  const std::vector<ScriptedRequest>& requests() const { return requests_; }
  // Those of a path, so that what is read beside it does not count.
  int count(const QByteArray& method, const QByteArray& path) const {
    int found = 0;
    for (const auto& one : requests_) found += one.method == method && one.path() == path ? 1 : 0;
    return found;
  }

 private:
  void serve(QTcpSocket* socket) {
    auto buffer = std::make_shared<QByteArray>();
    connect(socket, &QTcpSocket::readyRead, socket, [this, socket, buffer] {
      *buffer += socket->readAll();
      while (auto request = take(*buffer)) {
        requests_.push_back(*request);
        const auto reply = handler_ ? handler_(*request) : ScriptedReply{};
        if (reply.never) return;
        QTimer::singleShot(reply.delayMs, socket, [socket, reply] { write(socket, reply); });
      }
    });
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
  }

  static std::unique_ptr<ScriptedRequest> take(QByteArray& buffer) {
    const auto end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return nullptr;
    auto request = std::make_unique<ScriptedRequest>();
    const auto lines = buffer.left(end).split('\n');
    const auto first = lines.front().trimmed().split(' ');
    request->method = first.value(0);
    request->target = first.value(1);
    for (const auto& line : lines.mid(1)) {
      const auto colon = line.indexOf(':');
      request->headers[line.left(colon).trimmed().toLower()] = line.mid(colon + 1).trimmed();
    }
    const auto length = request->headers.value("content-length", "0").toLongLong();
    if (buffer.size() < end + 4 + length) return nullptr;
    request->body = buffer.mid(end + 4, length);
    buffer.remove(0, end + 4 + length);
    return request;
  }

  static void write(QTcpSocket* socket, const ScriptedReply& reply) {
    QByteArray head = "HTTP/1.1 " + QByteArray::number(reply.status) + " Scripted\r\nContent-Type: " + reply.type +
                      "\r\nContent-Length: " + QByteArray::number(reply.body.size()) + "\r\n";
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    socket->write(head + "\r\n" + (reply.cutBody ? reply.body.left(reply.body.size() / 2) : reply.body));
    if (!reply.cutBody) return;
    socket->flush();
    socket->disconnectFromHost();
  }

  Handler handler_;
  std::vector<ScriptedRequest> requests_;
};

}  // namespace console::test
