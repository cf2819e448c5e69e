#include "console/screens/metrics.hpp"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>
#include <QScrollArea>
#include <QTimer>
#include <QToolButton>
#include <array>
#include <map>

#include "console/models/format.hpp"
#include "console/models/metrics_window.hpp"
#include "console/widgets/facts.hpp"
#include "console/widgets/series_chart.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;

constexpr int kAgainMs = 10'000;
constexpr int kColumns = 2;

struct Range {
  const char* key;
  const char* title;
  const char* from;      // the history that holds it
  std::uint64_t spanMs;  // how much of that is shown
};
constexpr std::uint64_t kHour = 3'600'000;
constexpr std::array kRanges{
    Range{"10m", QT_TRANSLATE_NOOP("Metrics", "10 min"), "10m", kHour / 6},
    Range{"1h", QT_TRANSLATE_NOOP("Metrics", "1 h"), "6h", kHour},
    Range{"6h", QT_TRANSLATE_NOOP("Metrics", "6 h"), "6h", 6 * kHour},
    Range{"24h", QT_TRANSLATE_NOOP("Metrics", "24 h"), "7d", 24 * kHour},
    Range{"7d", QT_TRANSLATE_NOOP("Metrics", "7 d"), "7d", 7 * 24 * kHour},
};

QList<std::pair<QString, QString>> rangeChoices() {
  QList<std::pair<QString, QString>> choices;
  for (const auto& one : kRanges) choices.emplace_back(one.key, QCoreApplication::translate("Metrics", one.title));
  return choices;
}

// One series with its query.
class OneChart : public widgets::Panel {
 public:
  explicit OneChart(const api::Series& series) : Panel(text(series.title)), chart_(new widgets::SeriesChart) {
    chart_->setAccessibleName(text(series.title));
    chart_->setFormat([unit = series.unit](double value) { return models::inUnit(unit, value); });
    chart_->setBinary(series.unit == api::Unit::Bytes || series.unit == api::Unit::BytesPerSecond);
    if (series.unit == api::Unit::Ratio) chart_->setLeastTop(1);
    body()->addWidget(chart_);
    const auto query = text(series.promql);
    setToolTip(query);
    auto* copy = new QToolButton;
    copy->setText(QCoreApplication::translate("Metrics", "Copy PromQL"));
    copy->setAccessibleName(QCoreApplication::translate("Metrics", "Copy the query of %1").arg(text(series.title)));
    copy->setToolTip(query);
    connect(copy, &QToolButton::clicked, this, [query] { QApplication::clipboard()->setText(query); });
    addSide(copy);
  }
  widgets::SeriesChart* chart() { return chart_; }

 private:
  widgets::SeriesChart* chart_;
};

class Metrics : public Screen {
 public:
  explicit Metrics(const Context& context);

  void refresh() override;

 protected:
  void showEvent(QShowEvent*) override { refresh(); }

 private:
  const Range& range() const;
  bool isLive() const { return QString(range().key) == "10m"; }
  void showHistory(const api::MetricsHistory& history);
  void makeCharts(const api::MetricsHistory& history);

  models::MetricsWindow live_;
  widgets::Segments* choice_;
  widgets::Notice* notice_;
  QWidget* inside_;
  QGridLayout* grid_;
  std::map<std::string, OneChart*> charts_;
  QPointer<client::Call> reading_;
  QTimer again_;
};

Metrics::Metrics(const Context& context)
    : Screen(context),
      live_(connection().live()),
      choice_(new widgets::Segments(tr("Range"), rangeChoices())),
      notice_(new widgets::Notice(this)),
      inside_(new QWidget),
      grid_(new QGridLayout(inside_)) {
  auto* layout = new QVBoxLayout(this);
  layout->addLayout(widgets::row({choice_, nullptr}));
  layout->addWidget(notice_);
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidget(inside_);
  layout->addWidget(scroll, 1);
  connect(choice_, &widgets::Segments::chosen, this, &Metrics::refresh);
  connect(&live_, &models::MetricsWindow::changed, this, [this] {
    if (isLive() && isVisible()) showHistory(*live_.history());
  });
  connect(&again_, &QTimer::timeout, this, [this] {
    if (isVisible() && !isLive()) refresh();
  });
  again_.start(kAgainMs);
}

const Range& Metrics::range() const {
  return *std::ranges::find(kRanges, choice_->value(), [](const Range& one) { return QString(one.key); });
}

void Metrics::refresh() {
  if (reading_) reading_->cancel();
  if (isLive()) {
    notice_->clear();
    if (live_.history()) showHistory(*live_.history());
    return;
  }
  auto request = client::get("/metrics/history");
  reading_ = api().send<api::MetricsHistory>(request.with("range", range().from), this,
                                             [this](client::Outcome<api::MetricsHistory> outcome) {
                                               if (!outcome) {
                                                 notice_->say(outcome.error().message(), models::Tone::Bad);
                                                 return;
                                               }
                                               notice_->clear();
                                               showHistory(outcome->value);
                                             });
}

void Metrics::showHistory(const api::MetricsHistory& history) {
  const auto wanted = static_cast<std::size_t>(range().spanMs / std::max<std::uint64_t>(1, history.stepMs));
  makeCharts(history);
  for (const auto& series : history.series) {
    auto values = models::smoothed(series, history.stepMs);
    const auto cut = values.size() > wanted ? values.size() - wanted : 0;
    values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(cut));
    const auto start =
        models::local(history.startAt).addMSecs(static_cast<qint64>(cut) * static_cast<qint64>(history.stepMs));
    charts_.at(series.key)
        ->chart()
        ->setData(start, static_cast<qint64>(history.stepMs), {{text(series.title), std::move(values)}});
  }
}

void Metrics::makeCharts(const api::MetricsHistory& history) {
  for (const auto& series : history.series) {
    if (charts_.contains(series.key)) continue;
    auto* chart = new OneChart(series);
    const auto place = static_cast<int>(charts_.size());
    grid_->addWidget(chart, place / kColumns, place % kColumns);
    charts_[series.key] = chart;
    // The moment under the pointer is shown in all of them.
    connect(chart->chart(), &widgets::SeriesChart::hovered, this, [this](int step) {
      for (const auto& [key, one] : charts_) one->chart()->setHover(step);
    });
  }
}

}  // namespace

Screen* makeMetrics(const Context& context) {
  return new Metrics(context);
}

}  // namespace console::screens
