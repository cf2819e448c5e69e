#include "console/widgets/table_view.hpp"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>

#include "console/widgets/theme.hpp"

namespace console::widgets {
namespace {

using models::Tone;

// Text in its role's colour with the role's icon, in monospace, or over a progress bar.
class CellDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.data(models::MonoRole).toBool()) {
      option->font = monoFont(option->font);
      option->textElideMode = Qt::ElideMiddle;
    }
    const auto tone = static_cast<Tone>(index.data(models::ToneRole).toInt());
    if (tone == Tone::Plain || option->text.isEmpty()) return;
    auto palette = option->palette;
    palette.setColor(QPalette::WindowText, toneColor(tone, palette));
    option->palette.setColor(QPalette::Text, toneColor(tone, palette));
    if (tone == Tone::Muted) return;
    option->icon = icon(toneIcon(tone), palette);
    option->features |= QStyleOptionViewItem::HasDecoration;
    option->decorationSize = QSize(14, 14);
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const double bar = index.data(models::BarRole).toDouble();
    QStyleOptionViewItem plain = option;
    initStyleOption(&plain, index);
    if (bar < 0) {
      if (!plain.displayAlignment.testFlag(Qt::AlignRight)) {
        return QStyledItemDelegate::paint(painter, option, index);
      }
      option.widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &plain, painter, option.widget);
      plain = option;
      plain.rect.setRight(plain.rect.right() - kNumberMargin);
      return QStyledItemDelegate::paint(painter, plain, index);
    }
    const auto text = plain.text;
    plain.text.clear();
    option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &plain, painter, option.widget);
    const QRectF track = QRectF(option.rect).adjusted(6, 5, -6, -5);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(toneFill(Tone::Unknown, option.palette));
    painter->drawRoundedRect(track, 3, 3);
    auto done = track;
    done.setWidth(track.width() * std::min(1.0, bar));
    painter->setBrush(toneFill(Tone::Info, option.palette));
    painter->setPen(toneColor(Tone::Info, option.palette));
    if (bar > 0) painter->drawRoundedRect(done, 3, 3);
    painter->setPen(option.palette.color(QPalette::Text));
    painter->drawText(track, Qt::AlignCenter, text);
    painter->restore();
  }
};

class WordsFilter : public QSortFilterProxyModel {
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

  void setWords(const QString& words) {
    words_ = words.split(' ', Qt::SkipEmptyParts);
    invalidateFilter();
  }
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
    if (words_.isEmpty()) return true;
    QString all;
    for (int column = 0; column < sourceModel()->columnCount(parent); ++column) {
      all += sourceModel()->index(row, column, parent).data(models::CopyRole).toString() + '\n';
    }
    return std::ranges::all_of(words_, [&all](const auto& word) { return all.contains(word, Qt::CaseInsensitive); });
  }

 private:
  QStringList words_;
};

QString quoted(QString field) {
  // A spreadsheet would run what begins like a formula.
  if (!field.isEmpty() && QStringLiteral("=+-@").contains(field.front())) field.prepend('\'');
  if (!field.contains(',') && !field.contains('"') && !field.contains('\n')) return field;
  return '"' + field.replace('"', "\"\"") + '"';
}

}  // namespace

TableView::TableView(const QString& name, models::TableModel* model, Sorting sorting, QWidget* parent)
    : QTableView(parent), name_(name), source_(model) {
  if (!model->parent()) model->setParent(this);
  setAccessibleName(name);
  setItemDelegate(new CellDelegate(this));
  setSelectionBehavior(SelectRows);
  setSelectionMode(ExtendedSelection);
  setEditTriggers(NoEditTriggers);
  setShowGrid(false);
  setAlternatingRowColors(false);
  setWordWrap(false);
  setTabKeyNavigation(false);
  setHorizontalScrollMode(ScrollPerPixel);
  setFrameShape(QFrame::NoFrame);
  verticalHeader()->hide();
  verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 12);
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  auto* header = horizontalHeader();
  header->setSectionsMovable(true);
  header->setHighlightSections(false);
  header->setStretchLastSection(true);
  header->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(header, &QHeaderView::customContextMenuRequested, this, &TableView::showHeaderMenu);
  if (sorting == Sorting::Local) {
    proxy_ = new WordsFilter(this);
    proxy_->setSourceModel(model);
    proxy_->setSortRole(models::OrderRole);
    proxy_->setSortCaseSensitivity(Qt::CaseInsensitive);
    proxy_->setDynamicSortFilter(true);
    setModel(proxy_);
  } else {
    setModel(model);
  }
  setSortingEnabled(true);
  header->setSortIndicator(-1, Qt::AscendingOrder);
  restoreColumns();
  connect(header, &QHeaderView::sectionMoved, this, &TableView::saveColumns);
  connect(header, &QHeaderView::sectionResized, this, &TableView::saveColumns);
  connect(model, &models::TableModel::stateChanged, viewport(), qOverload<>(&QWidget::update));
  connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex& index) { emit opened(sourceRow(index)); });
  connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& index) { emit selectionChangedTo(index.isValid() ? sourceRow(index) : -1); });
}

TableView::~TableView() = default;

int TableView::sourceRow(const QModelIndex& index) const {
  return proxy_ ? proxy_->mapToSource(index).row() : index.row();
}

void TableView::filter(const QString& words) {
  if (proxy_) static_cast<WordsFilter*>(proxy_)->setWords(words);
}

void TableView::sortBy(const QString& column, Qt::SortOrder order) {
  for (int i = 0; i < source_->columnCount({}); ++i) {
    if (source_->head(i).key == column) sortByColumn(i, order);
  }
}

QList<int> TableView::selectedRows() const {
  auto indexes = selectionModel()->selectedRows();
  std::ranges::sort(indexes, {}, [](const QModelIndex& one) { return one.row(); });
  QList<int> rows;
  for (const auto& one : indexes) rows << sourceRow(one);
  return rows;
}

int TableView::currentRow() const {
  return currentIndex().isValid() ? sourceRow(currentIndex()) : -1;
}

void TableView::selectKey(const QString& key) {
  const int row = source_->rowOf(key);
  if (row < 0) return;
  const auto index = source_->index(row, 0);
  setCurrentIndex(proxy_ ? proxy_->mapFromSource(index) : index);
}

void TableView::fitRows(int most) {
  const auto fit = [this, most] {
    const int rows = std::clamp(model()->rowCount(), 2, most);
    setFixedHeight(horizontalHeader()->sizeHint().height() + rows * verticalHeader()->defaultSectionSize() +
                   2 * frameWidth() + style()->pixelMetric(QStyle::PM_ScrollBarExtent));
  };
  connect(source_, &models::TableModel::stateChanged, this, fit);
  fit();
}

void TableView::setEmptyText(const QString& title, const QString& text) {
  emptyTitle_ = title;
  emptyText_ = text;
}

void TableView::paintEvent(QPaintEvent* event) {
  QTableView::paintEvent(event);
  if (model()->rowCount() > 0) return;
  QString title = emptyTitle_;
  QString text = emptyText_;
  if (!source_->trouble().isEmpty()) {
    title = tr("Not read");
    text = source_->trouble();
  } else if (!source_->isLoaded()) {
    title = tr("Reading…");
    text.clear();
  } else if (source_->rowCount({}) > 0) {
    title = tr("Nothing matches");
    text = tr("Change the filter to see other rows.");
  }
  QPainter painter(viewport());
  const auto area = viewport()->rect().adjusted(24, 12, -24, -12);
  painter.setFont(scaled(font(), 1.1, true));
  QRect used;
  const auto middle = QRect(area.left(), area.top(), area.width(), area.height() / 2);
  painter.drawText(middle, Qt::AlignHCenter | Qt::AlignBottom, title, &used);
  painter.setFont(font());
  painter.setPen(mutedColor(palette()));
  painter.drawText(QRect(area.left(), used.bottom() + 6, area.width(), area.bottom() - used.bottom() - 6),
                   Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, text);
}

void TableView::contextMenuEvent(QContextMenuEvent* event) {
  showMenu(event->globalPos());
}

// All that the mouse can do here, so that the keyboard can too.
void TableView::showMenu(const QPoint& at) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  for (auto* verb : actions()) {
    if (verb->isEnabled()) menu->addAction(verb);
  }
  if (!menu->isEmpty()) menu->addSeparator();
  if (currentIndex().isValid()) {
    const auto cell = currentIndex().data(models::CopyRole).toString();
    menu->addAction(tr("Copy cell"), this, [cell] { QApplication::clipboard()->setText(cell); });
    menu->addAction(tr("Copy rows"), this, [this] { QApplication::clipboard()->setText(selectionText()); });
  }
  menu->addAction(tr("Export as CSV…"), this, &TableView::exportCsv);
  menu->addSeparator();
  addSorting(menu->addMenu(tr("Sort by")));
  addColumns(menu->addMenu(tr("Columns")));
  menu->popup(at);
}

// Numbers begin with the largest; the column that it is sorted by already is turned round.
void TableView::addSorting(QMenu* menu) {
  const auto* header = horizontalHeader();
  for (int visual = 0; visual < header->count(); ++visual) {
    const int column = header->logicalIndex(visual);
    const auto& head = source_->head(column);
    if (!head.sortable || isColumnHidden(column)) continue;
    auto order = head.number ? Qt::DescendingOrder : Qt::AscendingOrder;
    if (header->sortIndicatorSection() == column) {
      order = header->sortIndicatorOrder() == Qt::AscendingOrder ? Qt::DescendingOrder : Qt::AscendingOrder;
    }
    menu->addAction(head.title, this, [this, column, order] { sortByColumn(column, order); });
  }
}

void TableView::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) {
    QApplication::clipboard()->setText(selectionText());
  } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
    emit opened(sourceRow(currentIndex()));
  } else if (event->key() == Qt::Key_F10 && event->modifiers() == Qt::ShiftModifier) {
    // As the menu key, which not all keyboards have.
    const auto cell = currentIndex().isValid() ? visualRect(currentIndex()).bottomLeft() : QPoint();
    showMenu(viewport()->mapToGlobal(cell));
  } else {
    QTableView::keyPressEvent(event);
  }
}

QString TableView::selectionText() const {
  auto rows = selectionModel()->selectedRows();
  std::ranges::sort(rows, {}, [](const QModelIndex& one) { return one.row(); });
  QStringList lines;
  for (const auto& one : rows) {
    QStringList cells;
    for (int visual = 0; visual < model()->columnCount(); ++visual) {
      const int column = horizontalHeader()->logicalIndex(visual);
      if (!isColumnHidden(column)) cells << one.siblingAtColumn(column).data(models::CopyRole).toString();
    }
    lines << cells.join('\t');
  }
  return lines.join('\n');
}

QString TableView::csv() const {
  QStringList lines;
  QStringList heads;
  for (int column = 0; column < model()->columnCount(); ++column) heads << quoted(source_->head(column).title);
  lines << heads.join(',');
  for (int row = 0; row < model()->rowCount(); ++row) {
    QStringList cells;
    for (int column = 0; column < model()->columnCount(); ++column) {
      cells << quoted(model()->index(row, column).data(models::CopyRole).toString());
    }
    lines << cells.join(',');
  }
  return lines.join("\r\n") + "\r\n";
}

void TableView::exportCsv() {
  auto* dialog = new QFileDialog(window(), tr("Export as CSV"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix("csv");
  dialog->selectFile(name_ + ".csv");
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly)) file.write(csv().toUtf8());
    if (!file.commit()) {
      confirm(this, tr("Not exported"), tr("%1 could not be written: %2").arg(path, file.errorString()),
              tr("Try again"), [this] { exportCsv(); });
    }
  });
  dialog->open();
}

void TableView::restoreColumns() {
  QSettings settings;
  const bool known = horizontalHeader()->restoreState(settings.value("columns/" + name_).toByteArray());
  for (int column = 0; !known && column < source_->columnCount({}); ++column) {
    const auto& head = source_->head(column);
    setColumnWidth(column, head.width);
    setColumnHidden(column, head.hidden);
  }
  horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
}

void TableView::saveColumns() const {
  QSettings().setValue("columns/" + name_, horizontalHeader()->saveState());
}

void TableView::showHeaderMenu(const QPoint& at) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  addColumns(menu);
  menu->popup(horizontalHeader()->mapToGlobal(at));
}

void TableView::addColumns(QMenu* menu) {
  int visible = 0;
  for (int column = 0; column < source_->columnCount({}); ++column) visible += isColumnHidden(column) ? 0 : 1;
  for (int column = 0; column < source_->columnCount({}); ++column) {
    auto* action = menu->addAction(source_->head(column).title);
    action->setCheckable(true);
    action->setChecked(!isColumnHidden(column));
    action->setEnabled(isColumnHidden(column) || visible > 1);
    connect(action, &QAction::toggled, this, [this, column](bool shown) {
      setColumnHidden(column, !shown);
      saveColumns();
    });
  }
}

}  // namespace console::widgets
