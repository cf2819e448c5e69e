#include "console/screens/overview.hpp"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QTimer>

#include "console/models/format.hpp"
#include "console/models/live_rows.hpp"
#include "console/models/paged_model.hpp"
#include "console/models/words.hpp"
#include "console/widgets/list_panel.hpp"
#include "figures.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::RowsModel;
using widgets::ListPanel;
using widgets::TableView;

constexpr int kWorst = 3;
constexpr int kWorstEveryMs = 15'000;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(Overview)
};

RowsModel<api::UpstreamHealth>::Columns upstreamColumns() {
  using One = api::UpstreamHealth;
  return {
      {{"host", Words::tr("Upstream"), false, 150}, [](const One& one) { return models::monoCell(one.host); }},
      {{"state", Words::tr("State"), false, 190},
       [](const One& one) { return models::cellOf(models::upstreamState(one), text(one.lastError.value_or(""))); }},
      {{"latency", Words::tr("Time to first byte"), true, 120},
       [](const One& one) { return models::durationCell(models::known(one.lastFirstByteMs)); }},
      {{"waiting", Words::tr("Queued"), true, 60},
       [](const One& one) { return models::countCell(static_cast<double>(one.waiting)); }},
      {{"quota", Words::tr("Pull quota"), true, 110},
       [](const One& one) { return Cell{.text = models::quotaText(one)}; }},
      {{"error", Words::tr("Last error"), false, 200, true},
       [](const One& one) {
         const auto error = text(one.lastError.value_or(""));
         return Cell{.text = error, .tip = error};
       }},
  };
}

RowsModel<api::Event>::Columns eventColumns() {
  using One = api::Event;
  return {
      {{"at", Words::tr("When"), false, 90}, [](const One& one) { return models::timeCell(one.at); }},
      {{"severity", Words::tr("Severity"), false, 80},
       [](const One& one) { return models::cellOf(models::severity(one.severity)); }},
      {{"message", Words::tr("What"), false, 200},
       [](const One& one) { return Cell{.text = text(one.message), .tip = text(one.message + "\n" + one.kind)}; }},
  };
}

RowsModel<api::Pull>::Columns worstColumns() {
  using One = api::Pull;
  return {
      {{"outcome", Words::tr("Outcome"), false, 100},
       [](const One& one) { return models::cellOf(models::outcome(one.outcome, one.error.has_value())); }},
      {{"image", Words::tr("Image"), false, 200},
       [](const One& one) {
         auto cell = models::monoCell(one.repository + ":" + one.reference);
         cell.tip = cell.text + (one.error ? '\n' + text(*one.error) : QString());
         return cell;
       }},
      {{"took", Words::tr("Took"), true, 90},
       [](const One& one) { return models::durationCell(static_cast<double>(one.tookMs)); }},
  };
}

class Overview : public Screen {
 public:
  explicit Overview(const Context& context);

  void refresh() override {
    if (worst_) askWorst();
  }

 private:
  void showTraffic();
  void askWorst();

  models::MetricsWindow metrics_;
  Figures* figures_;
  widgets::SeriesChart* traffic_;
  models::PagedModel<api::Pull>* worst_ = nullptr;
  QTimer worstTimer_;
};

Overview::Overview(const Context& context)
    : Screen(context),
      metrics_(connection().live()),
      figures_(new Figures(connection(), metrics_)),
      traffic_(new widgets::SeriesChart) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(figures_);
  auto* beside = new QHBoxLayout;
  layout->addLayout(beside, 1);
  auto* left = new QVBoxLayout;
  auto* right = new QVBoxLayout;
  beside->addLayout(left, 3);
  beside->addLayout(right, 2);

  auto* traffic = new widgets::Panel(tr("Served and fetched, last 10 minutes"));
  traffic_->setBinary(true);
  traffic_->setFormat(&models::rate);
  traffic_->setAccessibleName(tr("Bytes served and fetched per second"));
  traffic->body()->addWidget(traffic_);
  left->addWidget(traffic, 3);
  connect(&metrics_, &models::MetricsWindow::changed, this, &Overview::showTraffic);

  auto* upstreams = new RowsModel<api::UpstreamHealth>(
      upstreamColumns(), [](const api::UpstreamHealth& one) { return text(one.host); }, this);
  models::follow(upstreams, connection().live(), api::LiveTopic::Upstreams);
  auto* upstreamPanel = new ListPanel("overview.upstreams", tr("Upstreams"), upstreams, TableView::Sorting::Local);
  auto* upstreamTable = upstreamPanel->table();
  upstreamTable->setEmptyText(tr("No upstreams yet"),
                              tr("The registries that mirror rules name are listed here, with their state and quota."));
  connect(upstreamTable, &TableView::opened, this, [this, upstreams](int row) {
    QUrlQuery query;
    query.addQueryItem("upstream", text(upstreams->at(row).host));
    shell().open("transfers", query);
  });
  left->addWidget(upstreamPanel, 2);

  if (connection().isAdmin()) {
    worst_ = new models::PagedModel<api::Pull>(
        api(), worstColumns(), [](const api::Pull& one) { return text(one.id); }, this);
    auto* panel =
        new ListPanel("overview.worst", tr("Worst pulls of the last hour"), worst_, TableView::Sorting::Remote);
    auto* table = panel->table();
    table->setEmptyText(tr("No slow or failed pulls"), tr("No pull failed or was slow in the last hour."));
    connect(table, &TableView::opened, this, [this](int row) {
      QUrlQuery query;
      query.addQueryItem("pull", text(worst_->at(row).id));
      shell().open("transfers", query);
    });
    right->addWidget(panel, 1);
    connect(&worstTimer_, &QTimer::timeout, this, &Overview::askWorst);
    worstTimer_.start(kWorstEveryMs);
    askWorst();
  }

  auto* events = new RowsModel<api::Event>(
      eventColumns(), [](const api::Event& one) { return text(api::formatTime(one.at) + one.message); }, this);
  models::follow(events, connection().live(), api::LiveTopic::Events);
  auto* eventPanel = new ListPanel("overview.events", tr("Recent events"), events, TableView::Sorting::Local);
  auto* eventTable = eventPanel->table();
  eventTable->setEmptyText(
      tr("No events yet"),
      tr("Configuration changes, upstreams that go down and come back, and finished jobs are listed here."));
  right->addWidget(eventPanel, 2);

  auto* transfers = new RowsModel<api::Transfer>({}, [](const api::Transfer& one) { return text(one.id); }, this);
  models::follow(transfers, connection().live(), api::LiveTopic::Transfers);
  connect(transfers, &models::TableModel::stateChanged, this, [this, transfers] {
    double sum = 0;
    for (const auto& one : transfers->rows()) sum += static_cast<double>(one.bytesPerSecond);
    figures_->setTransfers(static_cast<int>(transfers->rows().size()), sum);
  });
}

void Overview::showTraffic() {
  std::vector<widgets::ChartSeries> shown;
  for (const auto* key : {"servedBytesPerSecond", "fetchedBytesPerSecond"}) {
    if (const auto* series = metrics_.series(key)) {
      shown.push_back({text(series->title), models::smoothed(*series, metrics_.history()->stepMs)});
    }
  }
  traffic_->setData(models::local(metrics_.history()->startAt), static_cast<qint64>(metrics_.history()->stepMs),
                    std::move(shown));
}

void Overview::askWorst() {
  const auto from = std::chrono::system_clock::now() - std::chrono::hours(1);
  worst_->ask(client::get("/pulls").with("worst", QString::number(kWorst)).with("from", text(api::formatTime(from))));
}

}  // namespace

Screen* makeOverview(const Context& context) {
  return new Overview(context);
}

}  // namespace console::screens
