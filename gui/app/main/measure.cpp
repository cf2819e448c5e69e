#include "measure.hpp"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QTableView>
#include <cstdio>

#include "console/app/main_window.hpp"
#include "console/widgets/series_chart.hpp"

namespace console::app {
namespace {

constexpr const char* kWanted = "LARDER_CONSOLE_MEASURE";
constexpr qint64 kStallMs = 20;
constexpr std::chrono::milliseconds kAskEvery{5};
constexpr int kLookMs = 100;

void write(const QString& line) {
  std::fputs(qPrintable(line + '\n'), stderr);
  std::fflush(stderr);
}

}  // namespace

std::unique_ptr<Measure> Measure::ifWanted(const MainWindow& window) {
  if (!qEnvironmentVariableIsSet(kWanted)) return nullptr;
  return std::unique_ptr<Measure>(new Measure(window));
}

Measure::Measure(const MainWindow& window) : window_(window) {
  QCoreApplication::instance()->installEventFilter(this);
  if (qEnvironmentVariable(kWanted) != "stalls") return;
  thread_ = std::jthread([this](const std::stop_token& ended) { lookForStalls(ended); });
}

// What is painted by now is on the screen when the event loop is back.
bool Measure::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::Paint) return false;
  const auto* connection = window_.connection();
  if (connection && !connection->status()) return false;
  if (const auto* table = qobject_cast<QTableView*>(watched->parent()); table && table->viewport() == watched) {
    tell(table->accessibleName(), table->model()->rowCount());
  } else if (const auto* chart = qobject_cast<widgets::SeriesChart*>(watched)) {
    const auto values = chart->accessibleDescription();
    tell(chart->accessibleName(), values.isEmpty() ? 0 : values.count(',') + 1);
  }
  return false;
}

void Measure::tell(const QString& name, qsizetype count) {
  if (told_.value(name, -1) == count) return;
  told_[name] = count;
  QMetaObject::invokeMethod(
      this, [name, count] { write(QStringLiteral("shown %1 %2").arg(name).arg(count)); }, Qt::QueuedConnection);
}

void Measure::lookForStalls(const std::stop_token& ended) {
  while (!ended.stop_requested()) {
    QElapsedTimer since;
    since.start();
    QMetaObject::invokeMethod(this, [this] { answered_.release(); }, Qt::QueuedConnection);
    while (!answered_.tryAcquire(1, kLookMs)) {
      if (ended.stop_requested()) return;
    }
    if (since.elapsed() >= kStallMs) write(QStringLiteral("stalled %1 ms").arg(since.elapsed()));
    std::this_thread::sleep_for(kAskEvery);
  }
}

}  // namespace console::app
