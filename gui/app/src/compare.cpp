#include "compare.hpp"

#include <QAction>
#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>

#include "console/forms/check.hpp"
#include "console/models/format.hpp"
#include "console/screens/changes.hpp"
#include "console/widgets/list_panel.hpp"
#include "console/widgets/theme.hpp"
#include "larder/apitypes/config.hpp"

namespace console::app {
namespace {

namespace api = larder::apitypes;
using models::Cell;
using models::Tone;
using Part = forms::Difference::Part;

constexpr int kValueLines = 10;

struct CompareWords {
  Q_DECLARE_TR_FUNCTIONS(Compare)
};

Cell valueCellOf(const std::optional<forms::Json>& value) {
  const auto all = screens::valueText(value, CompareWords::tr("not there"));
  return {.text = all.simplified(), .tip = all, .tone = value ? Tone::Plain : Tone::Muted, .mono = value.has_value()};
}

QString partName(Part part) {
  switch (part) {
    case Part::Rule:
      return CompareWords::tr("Mirror rule");
    case Part::Policy:
      return CompareWords::tr("Policy");
    case Part::Setting:
      break;
  }
  return CompareWords::tr("Setting");
}

QPlainTextEdit* valueView(const QString& name) {
  auto* view = new QPlainTextEdit;
  view->setReadOnly(true);
  view->setFont(widgets::monoFont(view->font()));
  view->setLineWrapMode(QPlainTextEdit::NoWrap);
  view->setAccessibleName(name);
  view->setTabChangesFocus(true);
  view->setMaximumHeight(view->fontMetrics().lineSpacing() * kValueLines);
  return view;
}

}  // namespace

Compare::Rows::Columns Compare::columns() {
  return {
      {{"part", tr("Part"), false, 110}, [](const Row& row) { return Cell{.text = partName(row.difference.part)}; }},
      {{"name", tr("Name"), false, 260},
       [](const Row& row) {
         const auto name = models::text(row.difference.name);
         return Cell{.text = name, .tip = name, .mono = true};
       }},
      {{"left", tr("Left"), false, 300}, [](const Row& row) { return valueCellOf(row.difference.left); }},
      {{"right", tr("Right"), false, 300}, [](const Row& row) { return valueCellOf(row.difference.right); }},
  };
}

Compare::Compare(std::vector<CompareSide> sides, QWidget* parent)
    : QDialog(parent),
      sides_(std::move(sides)),
      left_{new QComboBox, {}, {}, {}},
      right_{new QComboBox, {}, {}, {}},
      notice_(new widgets::Notice(this)),
      rows_(new Rows(
          columns(), [](const Row& row) { return QString::number(row.place); }, this)),
      panel_(new widgets::ListPanel("compare", tr("Differences"), rows_, widgets::TableView::Sorting::Local)),
      leftValue_(valueView(tr("Left value"))),
      rightValue_(valueView(tr("Right value"))) {
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Compare configurations"));
  auto* layout = new QVBoxLayout(this);
  for (auto* chosen : {&left_, &right_}) {
    for (const auto& side : sides_) chosen->choice->addItem(side.name);
    connect(chosen->choice, &QComboBox::currentIndexChanged, this, [this, chosen] { read(*chosen); });
  }
  left_.choice->setAccessibleName(tr("Left"));
  right_.choice->setAccessibleName(tr("Right"));
  auto* from = new QLabel(tr("&Left"));
  from->setBuddy(left_.choice);
  auto* to = new QLabel(tr("&Right"));
  to->setBuddy(right_.choice);
  layout->addLayout(widgets::row({from, left_.choice, to, right_.choice, nullptr}));
  layout->addWidget(notice_);
  layout->addWidget(panel_, 1);
  auto* values = new QHBoxLayout;
  values->addWidget(leftValue_);
  values->addWidget(rightValue_);
  layout->addLayout(values);
  layout->addWidget(widgets::mutedLabel(
      tr("What is copied becomes a draft on the other side, to be reviewed and saved there. Secrets are not copied.")));
  panel_->setCountedTitle([](double count) { return models::plural(count, tr("difference"), tr("differences")); });
  search_ = panel_->addSearch(tr("Filter"), [this] { panel_->table()->filter(search_->text()); });
  const auto some = [](const QList<int>& rows) { return !rows.isEmpty(); };
  panel_->addVerb(tr("Copy to the right"), some, [this](const QList<int>& rows) { copy(rows, true); });
  panel_->addVerb(tr("Copy to the left"), some, [this](const QList<int>& rows) { copy(rows, false); });
  panel_->table()->setEmptyText(tr("No difference"), tr("Mirror rules, policies and settings are the same."));
  connect(panel_->table(), &widgets::TableView::selectionChangedTo, this, &Compare::showValues);
  if (parent) resize(parent->size() * 4 / 5);
  if (right_.choice->count() > 1) right_.choice->setCurrentIndex(1);
  read(left_);
  if (!right_.value && !right_.reading) read(right_);
}

void Compare::read(Chosen& chosen) {
  if (chosen.reading) chosen.reading->cancel();
  chosen.value.reset();
  chosen.trouble.clear();
  const int index = chosen.choice->currentIndex();
  if (index < 0) return show();
  const auto& side = sides_[static_cast<std::size_t>(index)];
  if (side.file) {
    chosen.value = forms::tidy(side.file->value());
  } else if (side.server) {
    chosen.reading = side.server->connection().api().send<api::ConfigState>(
        client::get("/config"), this, [this, &chosen](client::Outcome<api::ConfigState> outcome) {
          if (outcome) {
            chosen.value = std::move(outcome->value.written);
          } else {
            chosen.trouble = outcome.error().message();
          }
          show();
        });
  } else {
    chosen.trouble = tr("%1 is no longer there.").arg(side.name);
  }
  show();
}

void Compare::show() {
  QStringList troubles;
  for (const auto* chosen : {&left_, &right_}) {
    if (!chosen->trouble.isEmpty()) troubles << chosen->choice->currentText() + ": " + chosen->trouble;
  }
  notice_->say(troubles.join('\n'), Tone::Bad);
  if (!left_.value || !right_.value) return rows_->clear();
  std::vector<Row> rows;
  for (auto& one : forms::differencesOf(forms::ownSchema(), *left_.value, *right_.value)) {
    rows.push_back({rows.size(), std::move(one)});
  }
  rows_->clear();
  rows_->setRows(std::move(rows));
  showValues(-1);
}

void Compare::showValues(int row) {
  const auto shown = [](const std::optional<forms::Json>& value) { return screens::valueText(value, tr("not there")); };
  leftValue_->setPlainText(row < 0 ? QString() : shown(rows_->at(row).difference.left));
  rightValue_->setPlainText(row < 0 ? QString() : shown(rows_->at(row).difference.right));
}

void Compare::copy(const QList<int>& rows, bool toRight) {
  const auto& to = toRight ? right_ : left_;
  if (!to.value) return;
  std::vector<forms::Difference> chosen;
  for (const int row : rows) chosen.push_back(rows_->at(row).difference);
  if (!toRight) chosen = forms::mirrored(std::move(chosen));
  const auto side = sides_[static_cast<std::size_t>(to.choice->currentIndex())];
  emit copied(side, forms::copiedToRight(chosen, *to.value));
}

}  // namespace console::app
