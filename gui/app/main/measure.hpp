// What the bench cannot see from outside of the process. With $LARDER_CONSOLE_MEASURE set the console writes to its
// standard error, once each is on the screen:
//
//   shown <accessible name> <n>   a table with n rows, or a chart with n series; again when n has changed
//   stalled <n> ms                "stalls" alone: for so long the window answered nothing
//
// Both are told by the event loop itself; otherwise nothing of the console is another. Stalls are looked for by a
// thread that asks the event loop every few milliseconds, which costs processor time: it is not running where that is
// measured.
#pragma once

#include <QHash>
#include <QObject>
#include <QSemaphore>
#include <memory>
#include <thread>

namespace console::app {

class MainWindow;

class Measure : public QObject {
  Q_OBJECT

 public:
  // Null unless it is asked for.
  static std::unique_ptr<Measure> ifWanted(const MainWindow& window);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  explicit Measure(const MainWindow& window);
  void tell(const QString& name, qsizetype count);
  void lookForStalls(const std::stop_token& ended);

  const MainWindow& window_;
  QHash<QString, qsizetype> told_;
  QSemaphore answered_;
  std::jthread thread_;
};

}  // namespace console::app
