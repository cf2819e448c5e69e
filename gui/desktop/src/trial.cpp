#include "console/desktop/trial.hpp"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStandardPaths>
#include <chrono>
#include <utility>

namespace console::desktop {
namespace {

constexpr std::chrono::seconds kReadyWithin{20};
constexpr qsizetype kMostLog = 64 * 1024;

QString findDaemon() {
  const QString name = QStringLiteral("larderd");
  const auto beside = QStandardPaths::findExecutable(name, {QCoreApplication::applicationDirPath()});
  return beside.isEmpty() ? QStandardPaths::findExecutable(name) : beside;
}

// Whoever is on this machine may do everything there: nobody else reaches it.
QByteArray configIn(const QString& data) {
  const QJsonObject dockerHub{{"urls", QJsonArray{"https://registry-1.docker.io"}}, {"onDemand", true}};
  const QJsonObject sync{{"enable", true}, {"registries", QJsonArray{dockerHub}}};
  const QJsonObject config{{"distSpecVersion", "1.1.1"},
                           {"storage", QJsonObject{{"rootDirectory", data}}},
                           {"http", QJsonObject{{"address", "127.0.0.1"}, {"port", "0"}}},
                           {"extensions", QJsonObject{{"sync", sync}}}};
  return QJsonDocument(config).toJson();
}

}  // namespace

Trial::Trial(QObject* parent) : QObject(parent) {
  process_.setProcessChannelMode(QProcess::MergedChannels);
  patience_.setSingleShot(true);
  patience_.setInterval(kReadyWithin);
  connect(&patience_, &QTimer::timeout, this,
          [this] { end(tr("larderd does not listen after %1 s.").arg(kReadyWithin.count())); });
  connect(&process_, &QProcess::readyRead, this, &Trial::listen);
  connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error == QProcess::FailedToStart) end(tr("larderd could not be started: %1").arg(process_.errorString()));
  });
  connect(&process_, &QProcess::finished, this, [this] {
    listen();
    end(tr("larderd has ended. %1").arg(log_.trimmed().section('\n', -1)));
  });
}

Trial::~Trial() {
  process_.disconnect(this);
  // What it has written goes with it: there is nothing to bring in order.
  process_.kill();
}

void Trial::start() {
  const auto daemon = findDaemon();
  if (daemon.isEmpty()) return end(tr("There is no larderd beside the console or in PATH."));
  QFile config(directory_.filePath("config.json"));
  if (!config.open(QIODevice::WriteOnly) || config.write(configIn(directory_.filePath("data"))) < 0) {
    return end(tr("%1 could not be written: %2").arg(config.fileName(), config.errorString()));
  }
  config.close();
  patience_.start();
  process_.start(daemon, {"serve", config.fileName()}, QIODevice::ReadOnly);
}

void Trial::listen() {
  const auto said = QString::fromUtf8(process_.readAll());
  log_ = (log_ + said).right(kMostLog);
  if (isReady_) return;
  static const QRegularExpression kListening(QStringLiteral("\\blistening\\b.*?\\baddress=(127\\.0\\.0\\.1:\\d+)"));
  const auto found = kListening.match(log_);
  if (!found.hasMatch()) return;
  isReady_ = true;
  patience_.stop();
  emit ready(QUrl("http://" + found.captured(1)));
}

void Trial::end(const QString& reason) {
  if (std::exchange(over_, true)) return;
  patience_.stop();
  process_.kill();
  emit ended(reason);
}

}  // namespace console::desktop
