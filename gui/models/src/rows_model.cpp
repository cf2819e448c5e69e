#include "console/models/rows_model.hpp"

namespace console::models {

QVariant TableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant(Qt::AlignVCenter | (head(index.column()).number ? Qt::AlignRight : Qt::AlignLeft));
  }
  if (role == KeyRole) return keyAt(index.row());
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != OrderRole && role != ToneRole && role != BarRole &&
      role != MonoRole && role != CopyRole) {
    return {};
  }
  const auto cell = cellAt(index.row(), index.column());
  switch (role) {
    case Qt::DisplayRole:
      return cell.text;
    case Qt::ToolTipRole:
      return cell.tip.isEmpty() ? QVariant() : cell.tip;
    case OrderRole:
      return cell.order.isValid() ? cell.order : cell.text;
    case ToneRole:
      return static_cast<int>(cell.tone);
    case BarRole:
      return cell.bar;
    case MonoRole:
      return cell.mono;
    default:
      return cell.mono && !cell.tip.isEmpty() ? cell.tip : cell.text;
  }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount({})) return {};
  const auto& column = head(section);
  if (role == Qt::DisplayRole) return column.title;
  if (role == Qt::TextAlignmentRole)
    return QVariant(Qt::AlignVCenter | (column.number ? Qt::AlignRight : Qt::AlignLeft));
  return {};
}

int TableModel::rowOf(const QString& key) const {
  for (int row = 0; row < rowCount({}); ++row) {
    if (keyAt(row) == key) return row;
  }
  return -1;
}

void TableModel::setTrouble(const QString& trouble) {
  trouble_ = trouble;
  emit stateChanged();
}

void TableModel::setLoaded() {
  loaded_ = true;
  trouble_.clear();
  emit stateChanged();
}

}  // namespace console::models
