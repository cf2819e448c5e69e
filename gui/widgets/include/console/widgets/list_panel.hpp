// A titled table with what can be done to its rows: search boxes and verbs in its head, the same verbs in its context
// menu and by their shortcuts.
#pragma once

#include <QKeySequence>
#include <QTimer>
#include <functional>
#include <vector>

#include "console/widgets/basics.hpp"
#include "console/widgets/table_view.hpp"

class QAction;
class QLineEdit;

namespace console::widgets {

class ListPanel : public Panel {
  Q_OBJECT

 public:
  // Rows of the model, in the order of the view.
  using Rows = QList<int>;

  ListPanel(const QString& name, const QString& title, models::TableModel* model, TableView::Sorting sorting);

  TableView* table() const { return table_; }
  // The title once the rows are known, as "12 users".
  void setCountedTitle(std::function<QString(double count)> title);
  // `search` is called a moment after the typing has ended. Return and Down go on to the table.
  QLineEdit* addSearch(const QString& label, std::function<void()> search);
  // `may` says whether the verb can be done to the selected rows; it is asked again when they, or the model, change.
  QAction* addVerb(const QString& verb, std::function<bool(const Rows&)> may, std::function<void(const Rows&)> act);

  static bool always(const Rows&) { return true; }

 private:
  void updateVerbs();

  struct Verb {
    QAction* action;
    std::function<bool(const Rows&)> may;
  };
  TableView* table_;
  std::vector<Verb> verbs_;
};

}  // namespace console::widgets
