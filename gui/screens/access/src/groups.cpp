#include "groups.hpp"

#include <QAction>
#include <QLineEdit>
#include <QPlainTextEdit>

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using client::utf8;
using forms::operator/;  // NOLINT(misc-unused-using-decls): it overlooks operators
using models::Cell;
using widgets::ListPanel;
using widgets::TableView;

const forms::Path kGroups = {"http", "accessControl", "groups"};

}  // namespace

Groups::Groups(const Context& context, Written& written)
    : Screen(context),
      written_(written),
      rows_(new models::RowsModel<Row>(
          {{{"name", tr("Group"), false, 200}, [](const Row& row) { return Cell{.text = row.name}; }},
           {{"users", tr("Users"), false, 500}, [](const Row& row) { return Cell{.text = row.users.join(", ")}; }}},
          [](const Row& row) { return row.name; }, this)) {
  auto* layout = new QVBoxLayout(this);
  auto* panel = new ListPanel("access.groups", tr("Groups"), rows_, TableView::Sorting::Local);
  layout->addWidget(panel);
  panel->table()->setSelectionMode(QAbstractItemView::SingleSelection);
  panel->table()->setEmptyText(tr("No groups yet"), tr("A group lets one policy cover several users."));
  using Rows = ListPanel::Rows;
  const auto may = [this](const Rows&) { return connection().mayConfigure() && written_.isRead(); };
  const auto one = [may](const Rows& rows) { return may(rows) && !rows.isEmpty(); };
  panel->addVerb(tr("Add a group…"), may, [this](const Rows&) { edit({}); });
  panel->addVerb(tr("Change…"), one, [this](const Rows& rows) { edit(rows_->at(rows.front())); });
  panel->addVerb(tr("Remove…"), one, [this](const Rows& rows) { remove(rows_->at(rows.front()).name); })
      ->setShortcut(QKeySequence::Delete);
  connect(&written_, &Written::changed, this, &Groups::showRows);
  showRows();
}

void Groups::showRows() {
  if (!written_.trouble().isEmpty()) rows_->setTrouble(written_.trouble());
  if (!written_.isRead()) return;
  std::vector<Row> rows;
  const auto* groups = written_.at(kGroups);
  if (groups && groups->is_object()) {
    for (const auto& [name, group] : groups->items())
      rows.push_back({text(name), textsOf(forms::getAt(group, {"users"}))});
  }
  rows_->setRows(std::move(rows));
}

void Groups::edit(const Row& row) {
  const bool fresh = row.name.isEmpty();
  auto* sheet = new widgets::Sheet(fresh ? tr("Add a group") : tr("Group %1").arg(row.name),
                                   fresh ? tr("Add") : tr("Save"), this);
  auto* name = sheet->addText("name", tr("Name"), row.name);
  name->setReadOnly(!fresh);
  auto* users = sheet->addLines("users", tr("Users"), row.users.join('\n'), tr("One per line."));
  sheet->onSubmit([this, sheet, name, users, fresh] {
    const auto typed = name->text().trimmed();
    const auto path = kGroups / utf8(typed);
    if (typed.isEmpty() || (fresh && written_.at(path))) {
      sheet->setBusy(false);
      return sheet->setErrors({{"name", typed.isEmpty() ? tr("A name is missing.") : tr("There is such a group.")}});
    }
    submit<api::ConfigSaved>(sheet, written_.edit(path / "users", listOfTyped(users->toPlainText())),
                             [this, typed](const api::ConfigSaved& saved) {
                               saySaved(tr("Group %1 saved").arg(typed), saved, [this] { written_.reload(); });
                               written_.reload();
                             });
  });
  keepTyped(sheet);
  sheet->open();
}

void Groups::remove(const QString& name) {
  shell().confirm(tr("Remove group %1?").arg(name), tr("Policies for this group stop applying to its members."),
                  tr("Remove"), [this, name] {
                    save(written_.edit(kGroups / utf8(name), std::nullopt), tr("Group %1 removed").arg(name),
                         [this] { written_.reload(); });
                  });
}

}  // namespace console::screens
