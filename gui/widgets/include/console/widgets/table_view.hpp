// A table of a models::TableModel: keeps selection and scroll while rows change, remembers the choice, order and widths
// of its columns, copies and exports what it shows, and says why it is empty. Its actions, and what its header does for
// the mouse, stand in its context menu, which Shift+F10 opens too.
#pragma once

#include <QStackedWidget>
#include <QTableView>

#include "console/models/rows_model.hpp"
#include "console/widgets/basics.hpp"

class QMenu;
class QSortFilterProxyModel;

namespace console::widgets {

class TableView : public QTableView {
  Q_OBJECT

 public:
  // Local: rows are sorted and filtered here. Remote: the daemon sorts; the model's sort() asks it.
  enum class Sorting { Local, Remote };

  // `name` is where the columns are remembered.
  TableView(const QString& name, models::TableModel* model, Sorting sorting, QWidget* parent = nullptr);
  ~TableView() override;

  models::TableModel* source() const { return source_; }
  // Rows that hold each word somewhere; Local only.
  void filter(const QString& words);
  void sortBy(const QString& column, Qt::SortOrder order);
  // Of the source, in the order of the view.
  QList<int> selectedRows() const;
  int currentRow() const;  // -1: none
  void selectKey(const QString& key);

  // As high as its rows, up to so many: for a table among others that scroll together.
  void fitRows(int most);
  // Shown instead of an empty table once it was read.
  void setEmptyText(const QString& title, const QString& text);

  QString csv() const;
  // The selected rows as text: one column after the other, tabs between.
  QString selectionText() const;

 signals:
  void opened(int row);  // of the source, by Return or a double click
  void selectionChangedTo(int row);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  int sourceRow(const QModelIndex& index) const;
  void restoreColumns();
  void saveColumns() const;
  void showMenu(const QPoint& at);
  void showHeaderMenu(const QPoint& at);
  void addSorting(QMenu* menu);
  void addColumns(QMenu* menu);
  void exportCsv();

  QString name_;
  models::TableModel* source_;
  QSortFilterProxyModel* proxy_ = nullptr;
  QString emptyTitle_, emptyText_;
};

}  // namespace console::widgets
