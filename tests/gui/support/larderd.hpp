// A real daemon on a free port, with one admin: alice, "correct horse". Its binary is $LARDERD.
#pragma once

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QUrl>

#include "support/patience.hpp"

namespace console::test {

inline const QString kAdmin = QStringLiteral("alice");
inline const QString kPassword = QStringLiteral("correct horse");

class Larderd {
 public:
  Larderd() {
    write("htpasswd", "alice:$2y$05$IhWznR6aM/3K.3aO.N7U..cDcAU.nceUhmHzwfpY6os8cNW6n3uoC\n");
    write("config.json", QByteArray(R"({"distSpecVersion": "1.1.1",
      "storage": {"rootDirectory": "%1/data"},
      "http": {"address": "127.0.0.1", "port": "0", "auth": {"htpasswd": {"path": "%1/htpasswd"}},
               "accessControl": {"repositories": {"**": {"defaultPolicy": ["read"]}},
                                 "adminPolicy": {"users": ["alice"], "actions": ["read", "create", "update", "delete"]}}},
      "log": {"level": "info"},
      "extensions": {"sync": {"enable": true, "credentialsFile": "%1/credentials.json", "registries": []}},
      "larder": {"management": {"trustedProxies": ["127.0.0.1"]}}})")
                             .replace("%1", directory_.path().toUtf8()));
  }
  ~Larderd() { stop(); }

  static bool isThere() { return QFile::exists(qEnvironmentVariable("LARDERD")); }

  // On the port that it had, once it had one.
  bool start() {
    process_.setProcessChannelMode(QProcess::MergedChannels);
    process_.start(qEnvironmentVariable("LARDERD"), {"serve", directory_.filePath("config.json")});
    static const QRegularExpression kListening(QStringLiteral("\\blistening\\b.*?\\baddress=(\\S+)"));
    QString log;
    return QTest::qWaitFor(
        [&] {
          log += QString::fromUtf8(process_.readAll());
          const auto found = kListening.match(log);
          if (found.hasMatch()) url_ = QUrl("http://" + found.captured(1));
          return found.hasMatch();
        },
        20'000);
  }
  void stop() {
    process_.terminate();
    if (process_.state() != QProcess::NotRunning && !process_.waitForFinished(10'000)) process_.kill();
  }
  QUrl url() const { return url_; }

 private:
  void write(const QString& name, const QByteArray& content) {
    QFile file(directory_.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("%s", qPrintable(name));
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
  }

  QTemporaryDir directory_;
  QProcess process_;
  QUrl url_;
};

}  // namespace console::test
