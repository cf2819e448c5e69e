#include "routes.hpp"

#include <QFormLayout>
#include <QLineEdit>

#include "console/models/format.hpp"
#include "console/widgets/list_panel.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::Tone;

constexpr int kAskAfterMs = 250;

}  // namespace

Routes::Routes(const Context& context)
    : Screen(context),
      image_(new QLineEdit),
      registry_(new QLineEdit),
      notice_(new widgets::Notice(this)),
      rows_(new models::RowsModel<Row>(
          {{{"place", tr("Order"), true, 60},
            [](const Row& row) {
              return Cell{.text = QString::number(row.place + 1), .order = models::number(row.place)};
            }},
           {{"rule", tr("Rule"), false, 80},
            [](const Row& row) { return Cell{.text = tr("Rule %1").arg(row.rule + 1)}; }},
           {{"name", tr("Name at the upstream"), false, 300},
            [](const Row& row) { return Cell{.text = row.name, .mono = true}; }},
           {{"url", tr("URL"), false, 500}, [](const Row& row) { return Cell{.text = row.url, .mono = true}; }}},
          [](const Row& row) { return QString::number(row.place); }, this)) {
  auto* layout = new QVBoxLayout(this);
  auto* panel = new widgets::Panel(tr("Test a route"));
  auto* form = new QFormLayout;
  form->setContentsMargins(11, 0, 11, 10);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  image_->setPlaceholderText("nginx:1.27");
  registry_->setPlaceholderText("docker.io");
  form->addRow(tr("&Image"), image_);
  form->addRow(tr("&Registry (ns)"), registry_);
  panel->body()->addLayout(form);
  layout->addWidget(panel);
  layout->addWidget(notice_);
  auto* steps =
      new widgets::ListPanel("mirrors.routes", tr("Tried in this order"), rows_, widgets::TableView::Sorting::Local);
  steps->table()->setEmptyText(tr("No upstream"), tr("Name an image to see which rule serves it, and from where."));
  layout->addWidget(steps, 1);
  rows_->setRows({});
  askSoon_.setSingleShot(true);
  askSoon_.setInterval(kAskAfterMs);
  connect(&askSoon_, &QTimer::timeout, this, &Routes::refresh);
  for (auto* edit : {image_, registry_}) connect(edit, &QLineEdit::textChanged, &askSoon_, qOverload<>(&QTimer::start));
}

void Routes::refresh() {
  if (asking_) asking_->cancel();
  const auto image = image_->text().trimmed();
  if (image.isEmpty()) {
    notice_->clear();
    return rows_->setRows({});
  }
  auto request = client::get("/sync/explain");
  request.with("image", image).with("ns", registry_->text().trimmed());
  asking_ = api().send<api::RouteExplanation>(request, this, [this](client::Outcome<api::RouteExplanation> outcome) {
    if (outcome) return take(outcome->value);
    notice_->say(outcome.error().message(), Tone::Bad);
    rows_->setRows({});
  });
}

void Routes::take(const api::RouteExplanation& route) {
  const auto local =
      tr("%1:%2, %3")
          .arg(text(route.repository), text(route.reference), route.stored ? tr("stored here") : tr("not stored yet"));
  if (route.blocked) {
    notice_->say(tr("%1\nBlocked: %2").arg(local, text(*route.blocked)), Tone::Warn);
  } else if (route.steps.empty()) {
    notice_->say(route.stored ? tr("No rule matches. It is served from what is stored: %1").arg(local)
                              : tr("No rule matches. A pull gets 404: %1").arg(local),
                 route.stored ? Tone::Info : Tone::Warn);
  } else {
    notice_->say(tr("Stored as %1").arg(local), Tone::Info);
  }
  std::vector<Row> rows;
  for (const auto& step : route.steps) {
    for (const auto& url : step.urls) {
      rows.push_back({rows.size(), step.index, text(step.upstream + "/" + step.name), text(url)});
    }
  }
  rows_->setRows(std::move(rows));
}

}  // namespace console::screens
