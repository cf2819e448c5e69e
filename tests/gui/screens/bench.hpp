// What a screen stands in for its test: a scripted daemon, a connection that is logged in to it, and a shell that notes
// what is said and asked.
#pragma once

#include <QAbstractButton>
#include <QAction>
#include <QDialog>
#include <QLabel>

#include "console/client/connection.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/table_view.hpp"
#include "support/patience.hpp"
#include "support/scripted_server.hpp"

namespace console::test {

class Bench : public screens::Shell {
 public:
  explicit Bench(bool admin = true)
      : session_(QByteArray(R"({"user":"alice","groups":[],"admin":)") + (admin ? "true" : "false") +
                 R"(,"mayRead":true,"mayChange":)" + (admin ? "true" : "false") +
                 R"(,"loginPossible":true,"csrfToken":"t"})"),
        connection_({.url = server.url(), .caCertificates = {}, .pinnedSha256 = {}}, {}, false) {
    server.answer([this](const ScriptedRequest& request) -> ScriptedReply {
      const auto path = request.path().mid(static_cast<int>(strlen("/api/v1")));
      for (const auto& key : {request.method + ' ' + path, path}) {
        if (replies_.contains(key)) return replies_.value(key);
      }
      if (path == "/session") return {.body = session_};
      if (path == "/status") {
        return {.body = R"({"name":"cache","state":"serving","loginPossible":true,"capabilities":["editConfig"]})"};
      }
      return {.status = 404,
              .body = R"({"type":"","title":"Not found","status":404,"detail":"There is no such thing."})"};
    });
    connection_.start();
    if (!QTest::qWaitFor([this] { return connection_.session() && connection_.status(); }, console::test::kPatienceMs))
      qFatal("no session");
  }

  // To "GET /path", or to "/path" by any method.
  void reply(const QByteArray& call, const ScriptedReply& reply) { replies_[call] = reply; }
  void reply(const QByteArray& call, const QByteArray& body) { replies_[call] = {.body = body}; }
  screens::Context context() { return {connection_, *this}; }

  // The last request of a method and a path; an empty one if there was none.
  ScriptedRequest last(const QByteArray& method, const QByteArray& path) const {
    for (auto one = server.requests().rbegin(); one != server.requests().rend(); ++one) {
      if (one->method == method && one->path() == "/api/v1" + path) return *one;
    }
    return {};
  }

  void say(const QString& text, models::Tone tone, std::function<void()>) override {
    said << text;
    tones << tone;
  }
  void open(const QString& screen, const QUrlQuery& query) override { opened = screen + '?' + query.toString(); }
  void confirm(const QString& title, const QString& text, const QString&, std::function<void()> yes) override {
    asked = title + '\n' + text;
    agree = std::move(yes);
  }

  ScriptedServer server;
  QStringList said;
  QList<models::Tone> tones;
  QString opened, asked;
  std::function<void()> agree;

 private:
  QByteArray session_;
  QHash<QByteArray, ScriptedReply> replies_;
  client::Connection connection_;
};

// Of a table, or of the only table that has it.
inline QAction* verb(QWidget* in, const QString& words) {
  auto places = in->findChildren<QWidget*>();
  places.prepend(in);
  for (auto* place : places) {
    if (!qobject_cast<widgets::TableView*>(place)) continue;
    for (auto* action : place->actions()) {
      if (action->text() == words) return action;
    }
  }
  return nullptr;
}
inline QAbstractButton* button(QWidget* in, const QString& words) {
  for (auto* one : in->findChildren<QAbstractButton*>()) {
    if (one->text() == words && one->isVisible()) return one;
  }
  return nullptr;
}
inline widgets::TableView* table(QWidget* in, const QString& title) {
  for (auto* one : in->findChildren<widgets::TableView*>()) {
    if (one->accessibleName() == title) return one;
  }
  return nullptr;
}
inline QDialog* dialog(QWidget* in) {
  for (auto* one : in->findChildren<QDialog*>()) {
    if (one->isVisible()) return one;
  }
  return nullptr;
}
inline bool says(QWidget* in, const QString& words) {
  for (auto* label : in->findChildren<QLabel*>()) {
    if (label->isVisible() && label->text().contains(words)) return true;
  }
  return false;
}

}  // namespace console::test
