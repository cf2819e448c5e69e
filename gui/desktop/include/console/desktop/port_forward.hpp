// A `kubectl port-forward` that is started, watched and started again, always on the same local port, so that whoever
// speaks through it need not know.
//
// kubectl ends when its pod does, and so ends more often than not. The waits between tries grow to half a minute, and
// begin anew once a forward has stood for a while. Lives on the GUI thread and blocks nothing; the process ends with
// it.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QTimer>
#include <chrono>

#include "console/desktop/profiles.hpp"

namespace console::desktop {

struct ForwardTiming {
  std::chrono::milliseconds firstWait{1000};
  std::chrono::milliseconds longestWait{30'000};
  // A forward that stood for as long is none that fails at once.
  std::chrono::milliseconds steady{20'000};
};

class PortForward : public QObject {
  Q_OBJECT

 public:
  enum class State { Starting, Running, Failed };
  Q_ENUM(State)

  explicit PortForward(Forward forward, QObject* parent = nullptr, ForwardTiming timing = {});
  ~PortForward() override;

  void start();
  // Of this machine; the same for as long as this lives.
  quint16 port() const { return port_; }
  State state() const { return state_; }
  // What kubectl said at its end, or why it could not be started. Empty while it runs.
  const QString& trouble() const { return trouble_; }
  // The command line, as one would type it.
  static QStringList argumentsOf(const Forward& forward, quint16 port);

 signals:
  void stateChanged();

 private:
  void run();
  void failed(const QString& reason);
  void enter(State state);

  Forward forward_;
  ForwardTiming timing_;
  quint16 port_ = 0;
  QProcess process_;
  QByteArray said_;
  QTimer retry_;
  std::chrono::milliseconds wait_;
  QElapsedTimer since_;
  State state_ = State::Starting;
  QString trouble_;
};

}  // namespace console::desktop
