// Tables of the API's structs. Rows have keys, so that selection, scroll and sort survive their changes.
#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <QSet>
#include <climits>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "console/models/cell.hpp"

namespace console::models {

class TableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  virtual const ColumnHead& head(int column) const = 0;
  virtual QString keyAt(int row) const = 0;

  // Whether anything has been read yet; until then there is nothing to say about the list.
  bool isLoaded() const { return loaded_; }
  // Why the last reading failed.
  const QString& trouble() const { return trouble_; }
  // Of all pages; the number of rows where there are no pages.
  virtual qint64 total() const { return rowCount({}); }

  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  // -1 for a key that is not there.
  int rowOf(const QString& key) const;

  void setTrouble(const QString& trouble);

 signals:
  // Rows, total or trouble are others.
  void stateChanged();

 protected:
  virtual Cell cellAt(int row, int column) const = 0;
  void setLoaded();

 private:
  bool loaded_ = false;
  QString trouble_;
};

template <class Row>
class RowsModel : public TableModel {
 public:
  struct Column {
    ColumnHead head;
    std::function<Cell(const Row&)> cell;
  };
  using Columns = std::vector<Column>;
  using KeyOf = std::function<QString(const Row&)>;

  RowsModel(Columns columns, KeyOf keyOf, QObject* parent = nullptr)
      : TableModel(parent), columns_(std::move(columns)), keyOf_(std::move(keyOf)) {}

  int rowCount(const QModelIndex& parent) const override {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
  }
  int columnCount(const QModelIndex& parent) const override {
    return parent.isValid() ? 0 : static_cast<int>(columns_.size());
  }
  const ColumnHead& head(int column) const override { return columns_.at(static_cast<std::size_t>(column)).head; }
  QString keyAt(int row) const override { return keyOf_(at(row)); }

  const std::vector<Row>& rows() const { return rows_; }
  const Row& at(int row) const { return rows_.at(static_cast<std::size_t>(row)); }

  // These and no others, in this order.
  void setRows(std::vector<Row> rows) {
    QSet<QString> kept;
    for (const auto& row : rows) kept.insert(keyOf_(row));
    removeWhere([&](const Row& row) { return !kept.contains(keyOf_(row)); });
    put(rows);
    order(rows);
    setLoaded();
  }
  // Known ones take the place of the old, others come last; what has ended goes.
  void merge(std::vector<Row> rows, const QSet<QString>& ended = {}) {
    if (!ended.isEmpty()) {
      removeWhere([&](const Row& row) { return ended.contains(keyOf_(row)); });
      std::erase_if(rows, [&](const Row& row) { return ended.contains(keyOf_(row)); });
    }
    put(rows);
    setLoaded();
  }
  // At the top, the last of them first; what is beyond `most` goes.
  void prepend(std::vector<Row> rows, int most) {
    if (rows.empty()) return setLoaded();
    beginInsertRows({}, 0, static_cast<int>(rows.size()) - 1);
    rows_.insert(rows_.begin(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    endInsertRows();
    const int size = static_cast<int>(rows_.size());
    if (size > most) {
      beginRemoveRows({}, most, size - 1);
      rows_.erase(rows_.begin() + most, rows_.end());
      endRemoveRows();
    }
    setLoaded();
  }
  void clear() {
    if (rows_.empty()) return;
    beginResetModel();
    rows_.clear();
    endResetModel();
  }

 protected:
  Cell cellAt(int row, int column) const override {
    return columns_.at(static_cast<std::size_t>(column)).cell(at(row));
  }

 private:
  template <class Condition>
  void removeWhere(const Condition& condition) {
    for (int last = static_cast<int>(rows_.size()) - 1; last >= 0; --last) {
      if (!condition(at(last))) continue;
      int first = last;
      while (first > 0 && condition(at(first - 1))) --first;
      beginRemoveRows({}, first, last);
      rows_.erase(rows_.begin() + first, rows_.begin() + last + 1);
      endRemoveRows();
      last = first;
    }
  }
  QHash<QString, int> places() const {
    QHash<QString, int> places;
    places.reserve(static_cast<qsizetype>(rows_.size()));
    for (int row = 0; row < static_cast<int>(rows_.size()); ++row) places.insert(keyAt(row), row);
    return places;
  }
  void put(const std::vector<Row>& rows) {
    // What is told each second comes in the same order; only for others is it looked up.
    std::optional<QHash<QString, int>> known;
    const int size = static_cast<int>(rows_.size());
    int next = 0;
    int first = INT_MAX;
    int last = -1;
    std::vector<Row> fresh;
    for (const auto& row : rows) {
      const auto key = keyOf_(row);
      int place = next;
      if (next >= size || keyAt(next) != key) {
        if (!known) known = places();
        place = known->value(key, -1);
      }
      if (place < 0) {
        fresh.push_back(row);
        continue;
      }
      rows_[static_cast<std::size_t>(place)] = row;
      first = std::min(first, place);
      last = std::max(last, place);
      next = place + 1;
    }
    if (last >= 0) emit dataChanged(index(first, 0), index(last, columnCount({}) - 1));
    if (fresh.empty()) return;
    beginInsertRows({}, size, size + static_cast<int>(fresh.size()) - 1);
    rows_.insert(rows_.end(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
    endInsertRows();
  }
  // In the order of `wanted`, which has the same keys; indexes that views hold go along.
  void order(std::vector<Row>& wanted) {
    const auto from = places();
    bool same = true;
    std::vector<int> to(rows_.size());
    for (int row = 0; row < static_cast<int>(wanted.size()); ++row) {
      const int place = from.value(keyOf_(wanted[static_cast<std::size_t>(row)]));
      to[static_cast<std::size_t>(place)] = row;
      same = same && place == row;
    }
    if (same || wanted.size() != rows_.size()) return;
    emit layoutAboutToBeChanged();
    const auto before = persistentIndexList();
    QModelIndexList after;
    for (const auto& one : before) after << index(to[static_cast<std::size_t>(one.row())], one.column());
    rows_ = std::move(wanted);
    changePersistentIndexList(before, after);
    emit layoutChanged();
  }

  Columns columns_;
  KeyOf keyOf_;
  std::vector<Row> rows_;
};

}  // namespace console::models
