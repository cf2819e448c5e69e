#include "console/models/rows_model.hpp"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSortFilterProxyModel>
#include <QtTest>

#include "tests.hpp"

using namespace console::models;

namespace {

struct Row {
  QString key;
  int value = 0;
};

class Rows : public RowsModel<Row> {
 public:
  Rows()
      : RowsModel({{{"key", "Key"}, [](const Row& one) { return Cell{.text = one.key}; }},
                   {{"value", "Value", true},
                    [](const Row& one) {
                      return Cell{.text = QString::number(one.value), .order = one.value, .tone = Tone::Good};
                    }}},
                  [](const Row& one) { return one.key; }) {}

  QString keys() const {
    QStringList all;
    for (const auto& one : rows()) all << one.key;
    return all.join(' ');
  }
};

}  // namespace

class RowsModelTest : public QObject {
  Q_OBJECT

 private slots:
  void keepsIndexesWhileRowsComeGoAndMove() {
    Rows rows;
    QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(!rows.isLoaded());
    rows.setRows({{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}});
    QVERIFY(rows.isLoaded());
    const QPersistentModelIndex c = rows.index(2, 1);
    const QPersistentModelIndex d = rows.index(3, 1);
    rows.setRows({{"e", 5}, {"c", 33}, {"a", 1}});
    QCOMPARE(rows.keys(), QString("e c a"));
    QCOMPARE(c.row(), 1);
    QCOMPARE(c.data().toString(), QString("33"));
    QVERIFY(!d.isValid());
    rows.merge({{"a", 11}, {"f", 6}, {"g", 7}}, {"e", "g"});
    QCOMPARE(rows.keys(), QString("c a f"));
    QCOMPARE(c.row(), 0);
    rows.setRows({});
    QVERIFY(!c.isValid());
  }

  void keepsTheNewestOnTop() {
    Rows rows;
    QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
    rows.prepend({{"b", 2}, {"a", 1}}, 3);
    rows.prepend({{"d", 4}, {"c", 3}}, 3);
    QCOMPARE(rows.keys(), QString("d c b"));
  }

  void sortsByTheValueRatherThanItsText() {
    Rows rows;
    rows.setRows({{"a", 9}, {"b", 100}, {"c", 20}});
    QSortFilterProxyModel sorted;
    sorted.setSourceModel(&rows);
    sorted.setSortRole(OrderRole);
    sorted.sort(1, Qt::DescendingOrder);
    QCOMPARE(sorted.index(0, 0).data().toString(), QString("b"));
    QCOMPARE(rows.data(rows.index(0, 1), ToneRole).toInt(), static_cast<int>(Tone::Good));
    QCOMPARE(rows.headerData(1, Qt::Horizontal, Qt::TextAlignmentRole).toInt(), int(Qt::AlignVCenter | Qt::AlignRight));
  }

  void saysWhyItWasNotRead() {
    Rows rows;
    rows.setTrouble("No answer");
    QCOMPARE(rows.trouble(), QString("No answer"));
    rows.setRows({});
    QVERIFY(rows.trouble().isEmpty());
  }

  // 1,000 transfers that change each second may cost a tenth of a core: 100 ms.
  void takesAThousandChangesAtOnce() {
    Rows rows;
    std::vector<Row> many;
    for (int i = 0; i < 1000; ++i) many.push_back({QString::number(i), i});
    rows.setRows(many);
    for (auto& one : many) ++one.value;
    QBENCHMARK {
      rows.merge(many);
    }
    QCOMPARE(rows.rowCount({}), 1000);
  }
};

std::unique_ptr<QObject> makeRowsModelTest() {
  return std::make_unique<RowsModelTest>();
}

#include "rows_model_test.moc"
