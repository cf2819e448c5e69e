#include "console/screens/transfers.hpp"

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QScrollArea>
#include <QSplitter>
#include <QTimer>

#include "columns.hpp"
#include "console/models/format.hpp"
#include "console/models/live_rows.hpp"
#include "console/models/paged_model.hpp"
#include "console/models/words.hpp"
#include "console/widgets/list_panel.hpp"
#include "waterfall.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::RowsModel;
using widgets::ListPanel;
using widgets::TableView;

constexpr int kEndedEveryMs = 5000;

QString keyOfTransfer(const api::Transfer& one) {
  return text(one.id);
}

class PullDetail : public QScrollArea {
 public:
  PullDetail()
      : title_(widgets::heading({})),
        facts_(widgets::plainLabel()),
        waterfall_(new Waterfall),
        requests_(new RowsModel<api::EndedTransfer>(
            requestColumns(), [](const api::EndedTransfer& one) { return text(one.id); }, this)) {
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    auto* inside = new QWidget;
    auto* layout = new QVBoxLayout(inside);
    auto* table = new TableView("transfers.requests", requests_, TableView::Sorting::Local);
    table->setMinimumHeight(140);
    for (QWidget* part : {static_cast<QWidget*>(title_), static_cast<QWidget*>(notice_ = new widgets::Notice),
                          static_cast<QWidget*>(facts_), static_cast<QWidget*>(waterfall_)}) {
      layout->addWidget(part);
    }
    layout->addWidget(table, 1);
    setWidget(inside);
  }

  void show(const api::Pull& pull) {
    title_->setText(imageOf(pull));
    notice_->say(text(pull.error.value_or("")), models::Tone::Bad);
    facts_->setText(
        tr("%1 at %2, %3. Pulled by %4 from %5.\n%6, %7 of it fetched meanwhile. Longest wait for a turn at the "
           "upstream: %8. Longest time to first byte: %9.")
            .arg(models::outcome(pull.outcome, pull.error.has_value()).text, models::absolute(pull.startedAt),
                 models::duration(static_cast<double>(pull.tookMs)),
                 text(pull.user.empty() ? pull.client : pull.user + " at " + pull.client),
                 pull.upstream ? text(*pull.upstream) : tr("the cache"), models::bytes(static_cast<double>(pull.bytes)),
                 models::bytes(static_cast<double>(pull.upstreamBytes)),
                 models::duration(static_cast<double>(pull.waitedMs)),
                 models::duration(static_cast<double>(pull.firstByteMs))));
    waterfall_->show(pull);
    requests_->setRows(pull.transfers);
    setVisible(true);
  }

 private:
  QLabel* title_;
  widgets::Notice* notice_ = nullptr;
  QLabel* facts_;
  Waterfall* waterfall_;
  RowsModel<api::EndedTransfer>* requests_;
};

class Transfers : public Screen {
 public:
  explicit Transfers(const Context& context);

  void show(const QUrlQuery& query) override;
  void refresh() override {
    if (pulls_) pulls_->refresh();
  }

 private:
  QWidget* makeRunning();
  QWidget* makeEnded();
  void cancel(const ListPanel::Rows& rows);
  void askPulls();
  void openPull(const QString& id);

  RowsModel<api::Transfer>* running_;
  models::PagedModel<api::Pull>* pulls_ = nullptr;
  TableView* pullTable_ = nullptr;
  PullDetail* detail_ = nullptr;
  QComboBox* kind_ = nullptr;
  QLineEdit* image_ = nullptr;
  QLineEdit* upstream_ = nullptr;
  QLineEdit* client_ = nullptr;
  QTimer again_;
  QString wanted_;  // a pull to be opened as soon as it is read
};

Transfers::Transfers(const Context& context)
    : Screen(context), running_(new RowsModel<api::Transfer>(runningColumns(), &keyOfTransfer, this)) {
  auto* layout = new QVBoxLayout(this);
  auto* splitter = new QSplitter(Qt::Vertical);
  splitter->setChildrenCollapsible(false);
  layout->addWidget(splitter);
  splitter->addWidget(makeRunning());
  if (connection().isAdmin()) {
    splitter->addWidget(makeEnded());
    splitter->setSizes({200, 460});
  }
}

QWidget* Transfers::makeRunning() {
  models::follow(running_, connection().live(), api::LiveTopic::Transfers);
  auto* panel = new ListPanel("transfers.running", tr("Running downloads"), running_, TableView::Sorting::Local);
  panel->table()->setEmptyText(
      tr("Nothing is being fetched"),
      tr("A download appears here as soon as somebody pulls an image that is not cached yet."));
  if (connection().mayChange()) {
    auto* verb = panel->addVerb(
        tr("Cancel the download"), [](const ListPanel::Rows& rows) { return !rows.isEmpty(); },
        [this](const ListPanel::Rows& rows) { cancel(rows); });
    verb->setShortcut(QKeySequence::Delete);
  }
  connect(running_, &models::TableModel::stateChanged, this, [this, panel] {
    double sum = 0;
    for (const auto& one : running_->rows()) sum += static_cast<double>(one.bytesPerSecond);
    const auto size = running_->rows().size();
    panel->setTitle(size == 0 ? tr("Running downloads")
                              : tr("Running: %1, %2")
                                    .arg(models::plural(static_cast<double>(size), tr("download"), tr("downloads")),
                                         models::rate(sum)));
  });
  return panel;
}

QWidget* Transfers::makeEnded() {
  pulls_ = new models::PagedModel<api::Pull>(
      api(), pullColumns(), [](const api::Pull& one) { return text(one.id); }, this, models::PageSort::Largest);
  auto* panel = new ListPanel("transfers.pulls", tr("Ended pulls"), pulls_, TableView::Sorting::Remote);
  kind_ = new QComboBox;
  kind_->addItem(tr("All"), QString());
  kind_->addItem(tr("Failed"), "failed");
  kind_->addItem(tr("Slow"), "slow");
  kind_->setAccessibleName(tr("Show"));
  panel->addSide(kind_);
  const auto ask = [this] { askPulls(); };
  image_ = panel->addSearch(tr("Search images"), ask);
  upstream_ = panel->addSearch(tr("Upstream"), ask);
  client_ = panel->addSearch(tr("Client address"), ask);
  connect(kind_, &QComboBox::currentIndexChanged, this, &Transfers::askPulls);
  panel->setCountedTitle([](double pulls) { return tr("Ended pulls: %1").arg(models::count(pulls)); });

  pullTable_ = panel->table();
  pullTable_->setEmptyText(
      tr("No pulls yet"),
      tr("Pulls that went to an upstream, were slow or failed stay here: the last 500, and failures for 24 hours."));
  detail_ = new PullDetail;
  detail_->hide();
  auto* splitter = new QSplitter(Qt::Vertical);
  splitter->setChildrenCollapsible(false);
  splitter->addWidget(panel);
  splitter->addWidget(detail_);
  connect(pullTable_, &TableView::selectionChangedTo, this, [this](int row) {
    if (row >= 0) detail_->show(pulls_->at(row));
  });
  connect(pulls_, &models::TableModel::stateChanged, this, [this] {
    if (!wanted_.isEmpty()) openPull(wanted_);
  });
  connect(&again_, &QTimer::timeout, this, [this] {
    if (isVisible()) pulls_->refresh();
  });
  again_.start(kEndedEveryMs);
  askPulls();
  return splitter;
}

void Transfers::show(const QUrlQuery& query) {
  if (!pulls_) return;
  kind_->setCurrentIndex(std::max(0, kind_->findData(query.queryItemValue("show"))));
  upstream_->setText(query.queryItemValue("upstream"));
  client_->setText(query.queryItemValue("client"));
  image_->setText(query.queryItemValue("q"));
  wanted_ = query.queryItemValue("pull");
  if (!wanted_.isEmpty()) openPull(wanted_);
}

void Transfers::openPull(const QString& id) {
  if (pulls_->rowOf(id) < 0) return;
  wanted_.clear();
  pullTable_->selectKey(id);
}

void Transfers::askPulls() {
  auto request = client::get("/pulls");
  const auto kind = kind_->currentData().toString();
  if (!kind.isEmpty()) request.with(kind, "true");
  pulls_->ask(request.with("upstream", upstream_->text().trimmed())
                  .with("client", client_->text().trimmed())
                  .with("q", image_->text().trimmed()));
}

void Transfers::cancel(const ListPanel::Rows& rows) {
  std::vector<api::Transfer> chosen;
  double clients = 0;
  for (int row : rows) {
    chosen.push_back(running_->at(row));
    clients += static_cast<double>(chosen.back().clients);
  }
  const auto what = models::plural(static_cast<double>(chosen.size()), tr("download"), tr("downloads"));
  const auto cut = clients > 0
                       ? tr("%1 will be interrupted. ").arg(models::plural(clients, tr("client"), tr("clients")))
                       : QString();
  shell().confirm(
      tr("Cancel %1?").arg(what), cut + tr("The part already downloaded is kept; the next pull resumes from there."),
      tr("Cancel the download"), [this, chosen] {
        std::vector<client::Request> requests;
        requests.reserve(chosen.size());
        for (const auto& one : chosen) {
          requests.push_back(client::remove("/transfers/" + client::segment(text(one.id))));
        }
        changeEach(
            std::move(requests),
            [](double done) { return tr("%1 cancelled").arg(models::plural(done, tr("download"), tr("downloads"))); },
            [] {});
      });
}

}  // namespace

Screen* makeTransfers(const Context& context) {
  return new Transfers(context);
}

}  // namespace console::screens
