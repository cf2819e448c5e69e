#include "history.hpp"

#include <QCoreApplication>
#include <QSplitter>

#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "plan.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::Tone;
using widgets::ListPanel;
using widgets::TableView;

struct HistoryWords {
  Q_DECLARE_TR_FUNCTIONS(History)
};

QString originOf(api::RevisionOrigin origin) {
  switch (origin) {
    case api::RevisionOrigin::Start:
      return HistoryWords::tr("loaded at start");
    case api::RevisionOrigin::File:
      return HistoryWords::tr("file changed");
    case api::RevisionOrigin::Api:
      return HistoryWords::tr("edited");
    case api::RevisionOrigin::Rollback:
      return HistoryWords::tr("restored");
    case api::RevisionOrigin::Revert:
      return HistoryWords::tr("reverted");
    case api::RevisionOrigin::Merge:
      return HistoryWords::tr("merged");
    case api::RevisionOrigin::Unknown:
      break;
  }
  return HistoryWords::tr("unknown");
}

Cell byCell(const api::Revision& one) {
  if (!one.by.empty()) return {.text = text(one.by)};
  return {.text = one.origin == api::RevisionOrigin::Api ? HistoryWords::tr("anonymous") : HistoryWords::tr("the file"),
          .tone = Tone::Muted};
}

models::PagedModel<api::Revision>::Columns revisionColumns() {
  using One = api::Revision;
  return {
      {{"revision", HistoryWords::tr("Revision"), true, 80, false, false},
       [](const One& one) { return Cell{.text = QStringLiteral("#%1").arg(one.revision)}; }},
      {{"at", HistoryWords::tr("When"), false, 110, false, false},
       [](const One& one) { return models::timeCell(one.at); }},
      {{"by", HistoryWords::tr("By"), false, 120, false, false}, &byCell},
      {{"origin", HistoryWords::tr("Source"), false, 120, false, false},
       [](const One& one) { return Cell{.text = originOf(one.origin)}; }},
      {{"paths", HistoryWords::tr("Settings"), false, 480, false, false},
       [](const One& one) {
         QStringList paths;
         for (const auto& path : one.paths) paths << text(path);
         return Cell{.text = paths.join(", "), .tip = paths.join('\n'), .mono = true};
       }},
  };
}

}  // namespace

History::History(const Context& context)
    : Screen(context),
      revisions_(new models::PagedModel<api::Revision>(
          api(), revisionColumns(), [](const api::Revision& one) { return QString::number(one.revision); }, this)),
      panel_(new ListPanel("configuration.history", tr("Revisions"), revisions_, TableView::Sorting::Remote)),
      title_(widgets::heading({})),
      diff_(new ChangeList("configuration.diff")) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* detail = new QWidget;
  auto* inside = new QVBoxLayout(detail);
  inside->addWidget(title_);
  inside->addWidget(diff_, 1);
  detail->hide();
  auto* splitter = new QSplitter(Qt::Vertical);
  splitter->setChildrenCollapsible(false);
  splitter->addWidget(panel_);
  splitter->addWidget(detail);
  layout->addWidget(splitter);
  panel_->table()->setSelectionMode(QAbstractItemView::SingleSelection);
  panel_->table()->setEmptyText(tr("No revisions yet"),
                                tr("Every saved change is kept here to be reviewed, reverted or restored."));
  using Rows = ListPanel::Rows;
  panel_
      ->addVerb(
          tr("Revert this change…"),
          [this](const Rows& rows) {
            return connection().mayConfigure() && !rows.isEmpty() && revisions_->at(rows.front()).revision > 1;
          },
          [this](const Rows& rows) { planRevert(revisions_->at(rows.front()).revision); })
      ->setToolTip(tr("Undoes only what this revision changed"));
  panel_
      ->addVerb(
          tr("Restore this version…"),
          // The first is the one in effect.
          [this](const Rows& rows) { return connection().mayConfigure() && !rows.isEmpty() && rows.front() > 0; },
          [this](const Rows& rows) { planRestore(revisions_->at(rows.front()).revision); })
      ->setToolTip(tr("Restores the entire configuration to this version"));
  connect(panel_->table(), &TableView::selectionChangedTo, this, [this, detail](int row) {
    detail->setVisible(row >= 0);
    if (row >= 0) showDiff(revisions_->at(row));
  });
  revisions_->ask(client::get("/config/history"));
}

void History::showDiff(const api::Revision& revision) {
  title_->setText(revision.revision > 1 ? tr("What revision %1 changed").arg(revision.revision)
                                        : tr("The first revision"));
  diff_->set({});
  if (reading_) reading_->cancel();
  if (revision.revision < 2) return;
  auto request = client::get("/config/diff");
  request.with("from", QString::number(revision.revision - 1)).with("to", QString::number(revision.revision));
  reading_ = api().send<api::ConfigDiff>(request, this, [this](client::Outcome<api::ConfigDiff> outcome) {
    if (outcome) return diff_->set(std::move(outcome->value.changes));
    title_->setText(outcome.error().message());
  });
}

void History::planRevert(std::uint64_t revision) {
  auto* plan = new Plan(tr("Revert the change of revision %1").arg(revision), tr("Reverting this change alone would"),
                        tr("Revert this change"), this);
  auto merged = std::make_shared<std::uint64_t>(0);
  const auto body = [plan, revision] {
    api::Revert revert;
    revert.revision = revision;
    revert.choices = plan->choices();
    return revert;
  };
  const auto ask = [this, plan, body, merged] {
    api().send<api::ConfigMerge>(client::post("/config/revert/preview", body()), plan,
                                 [plan, merged](client::Outcome<api::ConfigMerge> outcome) {
                                   if (!outcome) return plan->setFailed(outcome.error().message());
                                   *merged = outcome->value.revision;
                                   plan->show(verdictOf(outcome->value), outcome->value.conflicts);
                                 });
  };
  connect(plan, &Plan::chosen, plan, ask);
  connect(plan, &Plan::agreed, plan, [this, plan, body, merged, revision] {
    save(client::post("/config/revert", body()).match(client::etagOf(*merged)),
         tr("Reverted the change of revision %1").arg(revision), [this] {
           refresh();
           emit changed();
         });
    plan->accept();
  });
  ask();
  plan->open();
}

void History::planRestore(std::uint64_t revision) {
  const auto current = revisions_->at(0).revision;
  auto* plan =
      new Plan(tr("Restore revision %1").arg(revision),
               tr("Restoring this version also undoes everything since. It would"), tr("Restore this version"), this);
  api().send<api::ConfigVerdict>(client::post("/config/rollback/preview", api::RollBack{revision}), plan,
                                 [plan](client::Outcome<api::ConfigVerdict> outcome) {
                                   if (!outcome) return plan->setFailed(outcome.error().message());
                                   plan->show(outcome->value, {});
                                 });
  connect(plan, &Plan::agreed, plan, [this, plan, revision, current] {
    save(client::post("/config/rollback", api::RollBack{revision}).match(client::etagOf(current)),
         tr("Restored revision %1").arg(revision), [this] {
           refresh();
           emit changed();
         });
    plan->accept();
  });
  plan->open();
}

}  // namespace console::screens
