#include "console/widgets/table_view.hpp"

#include <QHeaderView>
#include <QScrollBar>
#include <QtTest>

#include "tests.hpp"

using namespace console;
using widgets::TableView;

namespace {

struct Row {
  QString name;
  int value = 0;
};

models::RowsModel<Row>* makeRows(QObject* parent) {
  return new models::RowsModel<Row>(
      {{{"name", "Name"}, [](const Row& one) { return models::Cell{.text = one.name}; }},
       {{"value", "Value", true},
        [](const Row& one) { return models::Cell{.text = QString::number(one.value), .order = one.value}; }}},
      [](const Row& one) { return one.name; }, parent);
}

std::vector<Row> many(int count, int add) {
  std::vector<Row> rows;
  for (int i = 0; i < count; ++i) rows.push_back({QStringLiteral("row %1").arg(i), i * 7 % count + add});
  return rows;
}

}  // namespace

class TableViewTest : public QObject {
  Q_OBJECT

 private slots:
  void keepsSelectionAndSortWhileRowsChange() {
    auto* rows = makeRows(nullptr);
    TableView table("test.live", rows, TableView::Sorting::Local);
    table.resize(400, 300);
    table.show();
    rows->setRows(many(500, 0));
    table.sortBy("value", Qt::DescendingOrder);
    table.selectKey("row 3");
    QCOMPARE(table.selectedRows(), QList<int>({3}));
    for (int tick = 1; tick < 4; ++tick) {
      rows->merge(many(500, tick), {QStringLiteral("row %1").arg(tick + 10)});
      QCOMPARE(rows->keyAt(table.currentRow()), QString("row 3"));
    }
    QCOMPARE(table.horizontalHeader()->sortIndicatorSection(), 1);
    QVERIFY(table.model()->index(0, 1).data(models::OrderRole).toInt() >
            table.model()->index(1, 1).data(models::OrderRole).toInt());
  }

  void filtersByWords() {
    auto* rows = makeRows(nullptr);
    TableView table("test.filter", rows, TableView::Sorting::Local);
    rows->setRows({{"alpine linux", 1}, {"nginx", 2}, {"alpine", 3}});
    table.filter("LINUX alp");
    QCOMPARE(table.model()->rowCount(), 1);
    table.filter("");
    QCOMPARE(table.model()->rowCount(), 3);
  }

  void writesCsvThatNoSpreadsheetRuns() {
    auto* rows = makeRows(nullptr);
    TableView table("test.csv", rows, TableView::Sorting::Local);
    rows->setRows({{"a,\"b\"", 1}, {"=1+1", 2}});
    QCOMPARE(table.csv(), QString("Name,Value\r\n\"a,\"\"b\"\"\",1\r\n'=1+1,2\r\n"));
    table.selectRow(0);
    QCOMPARE(table.selectionText(), QString("a,\"b\"\t1"));
  }

  void remembersItsColumns() {
    {
      auto* rows = makeRows(nullptr);
      TableView table("test.columns", rows, TableView::Sorting::Local);
      table.setColumnWidth(0, 231);
    }
    auto* rows = makeRows(nullptr);
    TableView table("test.columns", rows, TableView::Sorting::Local);
    QCOMPARE(table.columnWidth(0), 231);
  }
};

std::unique_ptr<QObject> makeTableViewTest() {
  return std::make_unique<TableViewTest>();
}

#include "table_view_test.moc"
