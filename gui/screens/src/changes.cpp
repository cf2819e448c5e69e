#include "console/screens/changes.hpp"

#include <QCoreApplication>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QRadioButton>
#include <algorithm>

#include "console/models/format.hpp"
#include "console/widgets/basics.hpp"
#include "console/widgets/table_view.hpp"

namespace console::screens {
namespace {

using models::Cell;
using models::Tone;
using Row = std::pair<std::size_t, larder::apitypes::ConfigChange>;

struct ChangeWords {
  Q_DECLARE_TR_FUNCTIONS(ChangeList)
};

Cell kindCell(const Row& row) {
  using larder::apitypes::ChangeKind;
  switch (row.second.kind) {
    case ChangeKind::Added:
      return {.text = ChangeWords::tr("added"), .tone = Tone::Good};
    case ChangeKind::Removed:
      return {.text = ChangeWords::tr("removed"), .tone = Tone::Bad};
    case ChangeKind::Moved:
      return {.text = ChangeWords::tr("moved"), .tone = Tone::Info};
    default:
      return {.text = ChangeWords::tr("changed"), .tone = Tone::Warn};
  }
}

Cell valueCell(const std::optional<larder::apitypes::Json>& value, const std::optional<std::uint64_t>& place) {
  if (!value && place) return {.text = ChangeWords::tr("place %1").arg(*place + 1)};
  const auto all = valueText(value, ChangeWords::tr("not there"));
  return {.text = all.simplified(), .tip = all, .tone = value ? Tone::Plain : Tone::Muted, .mono = value.has_value()};
}

Cell pathCell(const Row& row) {
  const auto& change = row.second;
  const auto path = models::text(change.path);
  return {.text = change.name ? ChangeWords::tr("%1 (%2)").arg(path, models::text(*change.name)) : path,
          .tip = path,
          .mono = true};
}

}  // namespace

QString valueText(const std::optional<larder::apitypes::Json>& value, const QString& none) {
  if (!value) return none;
  return models::text(value->dump(2, ' ', false, larder::apitypes::Json::error_handler_t::replace));
}

ChangeList::ChangeList(const QString& name, QWidget* parent)
    : QWidget(parent),
      rows_(new models::RowsModel<Row>(
          {{{"path", tr("Setting"), false, 280}, &pathCell},
           {{"kind", tr("Change"), false, 90}, &kindCell},
           {{"before", tr("Before"), false, 180},
            [](const Row& row) { return valueCell(row.second.before, row.second.from); }},
           {{"after", tr("After"), false, 180},
            [](const Row& row) { return valueCell(row.second.after, row.second.to); }}},
          [](const Row& row) { return QString::number(row.first); }, this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* table = new widgets::TableView(name, rows_, widgets::TableView::Sorting::Local);
  table->setEmptyText(tr("No difference"), tr("The configuration stays as it is."));
  layout->addWidget(table);
}

void ChangeList::set(std::vector<larder::apitypes::ConfigChange> changes) {
  std::vector<Row> rows;
  rows.reserve(changes.size());
  for (auto& one : changes) rows.emplace_back(rows.size(), std::move(one));
  rows_->setRows(std::move(rows));
}

ConflictList::ConflictList(QWidget* parent) : QWidget(parent), layout_(new QVBoxLayout(this)) {
  layout_->setContentsMargins(0, 0, 0, 0);
}

void ConflictList::clear() {
  qDeleteAll(findChildren<QGroupBox*>(Qt::FindDirectChildrenOnly));
  seen_.clear();
  choices_.clear();
}

void ConflictList::add(const std::vector<larder::apitypes::ConfigConflict>& conflicts) {
  for (const auto& one : conflicts) {
    if (std::ranges::find(seen_, one.id) != seen_.end()) continue;
    seen_.push_back(one.id);
    addOne(one);
  }
}

void ConflictList::addOne(const larder::apitypes::ConfigConflict& one) {
  using larder::apitypes::MergeSide;
  const auto path = models::text(one.path);
  auto* box = new QGroupBox(path.isEmpty() ? tr("all of it") : path);
  auto* sides = new QHBoxLayout(box);
  const auto add = [&](MergeSide side, const QString& title, const std::optional<larder::apitypes::Json>& value) {
    auto* column = new QVBoxLayout;
    auto* choose = new QRadioButton(title);
    choose->setObjectName(models::text(larder::apitypes::wordOf(side)) + ':' + path);
    connect(choose, &QRadioButton::toggled, this, [this, id = one.id, side](bool on) {
      if (!on) return;
      choices_[id] = side;
      emit chosen();
    });
    column->addWidget(choose);
    column->addWidget(widgets::plainLabel(valueText(value, tr("not there")), true), 1, Qt::AlignTop);
    sides->addLayout(column, 1);
  };
  add(MergeSide::Before, tr("Back to before"), one.before);
  add(MergeSide::Theirs, tr("Keep theirs"), one.theirs);
  add(MergeSide::Mine, tr("Keep yours"), one.mine);
  layout_->addWidget(box);
}

}  // namespace console::screens
