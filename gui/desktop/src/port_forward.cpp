#include "console/desktop/port_forward.hpp"

#include <QStandardPaths>
#include <QTcpServer>
#include <algorithm>

namespace console::desktop {
namespace {

constexpr qsizetype kMostSaid = 4096;

// A port that is free now. kubectl says so if somebody else takes it meanwhile.
quint16 freePort() {
  QTcpServer server;
  return server.listen(QHostAddress::LocalHost) ? server.serverPort() : quint16{0};
}

}  // namespace

QStringList PortForward::argumentsOf(const Forward& forward, quint16 port) {
  QStringList arguments;
  if (!forward.context.isEmpty()) arguments << "--context=" + forward.context;
  if (!forward.space.isEmpty()) arguments << "--namespace=" + forward.space;
  // Whatever begins with a dash is a name from here on.
  return arguments << "port-forward" << "--address=127.0.0.1" << "--" << forward.target
                   << QStringLiteral("%1:%2").arg(port).arg(forward.port);
}

PortForward::PortForward(Forward forward, QObject* parent, ForwardTiming timing)
    : QObject(parent), forward_(std::move(forward)), timing_(timing), port_(freePort()), wait_(timing.firstWait) {
  retry_.setSingleShot(true);
  connect(&retry_, &QTimer::timeout, this, &PortForward::run);
  connect(&process_, &QProcess::readyReadStandardOutput, this, [this] {
    // "Forwarding from 127.0.0.1:43210 -> 5000"; what follows is a line for each connection.
    while (process_.canReadLine()) {
      if (!process_.readLine().startsWith("Forwarding from") || state_ == State::Running) continue;
      since_.start();
      enter(State::Running);
    }
  });
  connect(&process_, &QProcess::readyReadStandardError, this,
          [this] { said_ = (said_ + process_.readAllStandardError()).right(kMostSaid); });
  connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error == QProcess::FailedToStart) failed(tr("kubectl could not be started: %1").arg(process_.errorString()));
  });
  connect(&process_, &QProcess::finished, this, [this] {
    const auto last = QString::fromUtf8(said_).trimmed().section('\n', -1);
    failed(last.isEmpty() ? tr("kubectl has ended.") : "kubectl: " + last);
  });
}

PortForward::~PortForward() {
  process_.disconnect(this);
  // kubectl has nothing to bring in order, and nobody waits here.
  process_.kill();
}

void PortForward::start() {
  run();
}

void PortForward::run() {
  const auto kubectl = QStandardPaths::findExecutable(QStringLiteral("kubectl"));
  if (kubectl.isEmpty()) return failed(tr("There is no kubectl in PATH."));
  if (port_ == 0) return failed(tr("No local port is free."));
  said_.clear();
  since_.invalidate();
  process_.start(kubectl, argumentsOf(forward_, port_), QIODevice::ReadOnly);
}

void PortForward::failed(const QString& reason) {
  if (since_.isValid() && since_.hasExpired(timing_.steady.count())) wait_ = timing_.firstWait;
  trouble_ = reason;
  retry_.start(wait_);
  wait_ = std::min(wait_ * 2, timing_.longestWait);
  enter(State::Failed);
}

void PortForward::enter(State state) {
  if (state != State::Failed) trouble_.clear();
  state_ = state;
  emit stateChanged();
}

}  // namespace console::desktop
