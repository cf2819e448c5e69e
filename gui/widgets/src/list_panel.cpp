#include "console/widgets/list_panel.hpp"

#include <QAction>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QToolButton>

namespace console::widgets {
namespace {

constexpr int kSearchAfterMs = 200;
constexpr int kSearchLetters = 22;

}  // namespace

ListPanel::ListPanel(const QString& name, const QString& title, models::TableModel* model, TableView::Sorting sorting)
    : Panel(title), table_(new TableView(name, model, sorting)) {
  table_->setAccessibleName(title);
  body()->setContentsMargins(8, 0, 8, 6);
  body()->addWidget(table_, 1);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ListPanel::updateVerbs);
  connect(model, &models::TableModel::stateChanged, this, &ListPanel::updateVerbs);
}

void ListPanel::setCountedTitle(std::function<QString(double)> title) {
  auto* model = table_->source();
  connect(model, &models::TableModel::stateChanged, this, [this, model, title = std::move(title)] {
    if (model->isLoaded()) setTitle(title(static_cast<double>(model->total())));
  });
}

QLineEdit* ListPanel::addSearch(const QString& label, std::function<void()> search) {
  auto* edit = new QLineEdit;
  edit->setPlaceholderText(label);
  edit->setAccessibleName(label);
  edit->setObjectName(kSearchBox);
  edit->setClearButtonEnabled(true);
  edit->setMaximumWidth(fontMetrics().averageCharWidth() * kSearchLetters);
  addSide(edit);
  auto* soon = new QTimer(edit);
  soon->setSingleShot(true);
  soon->setInterval(kSearchAfterMs);
  connect(edit, &QLineEdit::textChanged, soon, qOverload<>(&QTimer::start));
  connect(soon, &QTimer::timeout, this, [search = std::move(search)] { search(); });
  // From what is typed to what it found.
  auto* down = new QAction(edit);
  down->setShortcuts(
      QList<QKeySequence>{QKeySequence(Qt::Key_Down), QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)});
  down->setShortcutContext(Qt::WidgetShortcut);
  edit->addAction(down);
  connect(down, &QAction::triggered, table_, [this] {
    table_->setFocus(Qt::ShortcutFocusReason);
    if (table_->currentRow() < 0) table_->selectRow(0);
  });
  return edit;
}

QAction* ListPanel::addVerb(const QString& verb, std::function<bool(const Rows&)> may,
                            std::function<void(const Rows&)> act) {
  auto* action = new QAction(verb, table_);
  action->setShortcutContext(Qt::WidgetShortcut);
  table_->addAction(action);
  connect(action, &QAction::triggered, this, [this, act = std::move(act)] { act(table_->selectedRows()); });
  auto* button = new QToolButton;
  button->setToolButtonStyle(Qt::ToolButtonTextOnly);
  button->setDefaultAction(action);
  addSide(button);
  verbs_.push_back({action, std::move(may)});
  updateVerbs();
  return action;
}

void ListPanel::updateVerbs() {
  const auto rows = table_->selectedRows();
  for (const auto& verb : verbs_) verb.action->setEnabled(verb.may(rows));
}

}  // namespace console::widgets
