// A daemon of one's own to try Larder with: larderd on this machine, reached from this machine alone, its data in a
// temporary directory that goes when it does.
//
// larderd is looked for beside the console, then in PATH. Lives on the GUI thread and blocks nothing.
#pragma once

#include <QObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>
#include <QUrl>

namespace console::desktop {

class Trial : public QObject {
  Q_OBJECT

 public:
  explicit Trial(QObject* parent = nullptr);
  ~Trial() override;

  // Emits ready() or ended().
  void start();

 signals:
  void ready(const QUrl& url);
  // It could not be started, or has ended by itself. `reason` has its last words.
  void ended(const QString& reason);

 private:
  void listen();
  void end(const QString& reason);

  QTemporaryDir directory_;
  QProcess process_;  // ends before its directory goes
  QString log_;
  QTimer patience_;
  bool isReady_ = false;
  bool over_ = false;
};

}  // namespace console::desktop
