#include "audit.hpp"

#include <QComboBox>
#include <QCoreApplication>
#include <QLineEdit>
#include <QScrollArea>
#include <QSplitter>

#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/widgets/list_panel.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::number;
using models::PagedModel;
using models::Tone;
using widgets::ListPanel;
using widgets::TableView;

struct AuditWords {
  Q_DECLARE_TR_FUNCTIONS(Audit)
};

Cell userCell(const api::AuditRecord& record) {
  if (!record.user.empty()) return {.text = text(record.user)};
  // Who did not log in is told apart from a user.
  if (record.tried) return {.text = AuditWords::tr("tried as %1").arg(text(*record.tried)), .tone = Tone::Muted};
  const bool failed = record.action == "login" && record.status == 401;
  return {.text = failed ? AuditWords::tr("unknown user") : AuditWords::tr("anonymous"), .tone = Tone::Muted};
}

QString timesText(std::uint64_t times) {
  return times == 1 ? AuditWords::tr("once more") : AuditWords::tr("%1 more times").arg(models::count(number(times)));
}

Cell actionCell(const api::AuditRecord& record) {
  return {.text = record.repeated ? text(record.action) + QStringLiteral(", ") + timesText(*record.repeated)
                                  : text(record.action)};
}

Cell resultCell(const api::AuditRecord& record) {
  return {.text = QString::number(record.status),
          .order = record.status,
          .tone = record.status < 400   ? Tone::Good
                  : record.status < 500 ? Tone::Warn
                                        : Tone::Bad};
}

PagedModel<api::AuditRecord>::Columns auditColumns() {
  using One = api::AuditRecord;
  return {
      {{"at", AuditWords::tr("When"), false, 110, false, false},
       [](const One& one) { return models::timeCell(one.at); }},
      {{"user", AuditWords::tr("User"), false, 120, false, false}, &userCell},
      {{"action", AuditWords::tr("Action"), false, 150, false, false}, &actionCell},
      {{"object", AuditWords::tr("Object"), false, 420, false, false},
       [](const One& one) { return models::monoCell(one.object); }},
      {{"status", AuditWords::tr("Result"), false, 80, false, false}, &resultCell},
      {{"remote", AuditWords::tr("Client"), false, 140, false, false},
       [](const One& one) { return models::monoCell(one.remote); }},
  };
}

QString keyOfRecord(const api::AuditRecord& record) {
  return text(api::formatTime(record.at) + " " + record.user + " " + record.tried.value_or("") + " " + record.action +
              " " + record.object);
}

QString jsonText(const std::optional<api::Json>& value) {
  return value ? text(value->dump(2, ' ', false, api::Json::error_handler_t::replace)) : QString();
}

}  // namespace

Audit::Audit(const Context& context)
    : Screen(context),
      records_(new PagedModel<api::AuditRecord>(api(), auditColumns(), &keyOfRecord, this)),
      range_(new QComboBox),
      detail_(new QWidget),
      facts_(new widgets::Facts),
      before_(new widgets::CodeBlock(tr("Before"), {})),
      after_(new widgets::CodeBlock(tr("After"), {})) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* panel = new ListPanel("logs.audit", tr("Audit"), records_, TableView::Sorting::Remote);
  user_ = panel->addSearch(tr("User"), [this] { refresh(); });
  action_ = panel->addSearch(tr("Action, e.g. push or login"), [this] { refresh(); });
  for (const auto& [title, hours] : {std::pair{tr("all time"), 0}, std::pair{tr("last hour"), 1},
                                     std::pair{tr("last 24 h"), 24}, std::pair{tr("last 7 days"), 7 * 24}}) {
    range_->addItem(title, hours);
  }
  range_->setAccessibleName(tr("Time"));
  panel->addSide(range_);
  panel->setCountedTitle([](double records) { return tr("Audit: %1").arg(models::count(records)); });
  panel->table()->setEmptyText(
      tr("No audit records match"),
      tr("Pushes, removals, logins and configuration changes are recorded here. Nothing matches these filters."));
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  auto* inside = new QVBoxLayout(detail_);
  inside->addWidget(facts_);
  auto* beside = new QHBoxLayout;
  beside->addWidget(before_, 1);
  beside->addWidget(after_, 1);
  inside->addLayout(beside);
  inside->addStretch(1);
  scroll->setWidget(detail_);
  scroll->hide();
  auto* splitter = new QSplitter(Qt::Vertical);
  splitter->setChildrenCollapsible(false);
  splitter->addWidget(panel);
  splitter->addWidget(scroll);
  splitter->setStretchFactor(0, 3);
  splitter->setStretchFactor(1, 2);
  layout->addWidget(splitter);
  connect(range_, &QComboBox::currentIndexChanged, this, &Audit::refresh);
  connect(panel->table(), &TableView::selectionChangedTo, this, [this, scroll](int row) {
    if (row < 0) return;
    showRecord(records_->at(row));
    scroll->show();
  });
  refresh();
}

void Audit::refresh() {
  auto request = client::get("/audit");
  request.with("user", user_->text().trimmed()).with("action", action_->text().trimmed());
  if (const int hours = range_->currentData().toInt(); hours > 0) {
    request.with("from", text(api::formatTime(std::chrono::system_clock::now() - std::chrono::hours(hours))));
  }
  records_->ask(request);
}

void Audit::showRecord(const api::AuditRecord& record) {
  facts_->set({{tr("Action"), actionCell(record)},
               {tr("When"), {.text = models::absolute(record.at)}},
               {tr("User"), userCell(record)},
               {tr("Client"), models::monoCell(record.remote)},
               {tr("Object"), models::monoCell(record.object)},
               {tr("Method"), {.text = text(record.method)}},
               {tr("Result"), resultCell(record)}});
  before_->setText(jsonText(record.before));
  before_->setVisible(record.before.has_value());
  after_->setText(jsonText(record.after));
  after_->setVisible(record.after.has_value());
}

}  // namespace console::screens
