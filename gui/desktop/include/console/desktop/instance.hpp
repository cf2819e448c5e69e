// One console for each user: a second start hands what it was asked for to the console that runs, and ends.
//
// Who holds the lock file is the one; the system lets go of it when that process ends, however it does. The others meet
// it at a local socket that only the user may open. Lives on the GUI thread and blocks nothing.
#pragma once

#include <QByteArray>
#include <QElapsedTimer>
#include <QLocalServer>
#include <QLockFile>
#include <QObject>
#include <QTimer>
#include <chrono>

class QLocalSocket;

namespace console::desktop {

class Instance : public QObject {
  Q_OBJECT

 public:
  // Consoles with the same `directory` are one. `patience`: how long the one that runs is given to take over.
  explicit Instance(const QString& directory, std::chrono::milliseconds patience = std::chrono::seconds(3),
                    QObject* parent = nullptr);
  // The user's own.
  static QString directoryOfUser();

  // One line, which the console that runs gets. Emits first(), handedOver() or alone(), once.
  void start(const QByteArray& message);

 signals:
  // This is the only console: show a window, and listen.
  void first();
  // The one that runs has it.
  void handedOver();
  // The one that runs does not answer, or nothing can be locked here: show a window, and leave it at that.
  void alone();
  // A second start asked for this.
  void asked(const QByteArray& message);

 private:
  void tryAgain();
  void handOver();
  void receive(QLocalSocket* socket);

  QString address_;
  QLockFile lock_;
  QLocalServer server_;
  std::chrono::milliseconds patience_;
  QByteArray message_;
  QElapsedTimer since_;
  QTimer retry_;
  bool decided_ = false;
};

}  // namespace console::desktop
