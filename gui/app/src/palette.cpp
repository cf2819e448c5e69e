#include "palette.hpp"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace console::app {

Palette::Palette(std::vector<Command> commands, QWidget* parent)
    : QDialog(parent, Qt::Popup), commands_(std::move(commands)), typed_(new QLineEdit), list_(new QListWidget) {
  setAttribute(Qt::WA_DeleteOnClose);
  setAccessibleName(tr("Search over everything"));
  auto* layout = new QVBoxLayout(this);
  typed_->setPlaceholderText(tr("Go to a screen or a server"));
  layout->addWidget(typed_);
  layout->addWidget(list_);
  resize(460, 320);
  if (parent) move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, parent->height() / 6)));
  typed_->installEventFilter(this);
  connect(typed_, &QLineEdit::textChanged, this, &Palette::fill);
  connect(typed_, &QLineEdit::returnPressed, this, &Palette::run);
  connect(list_, &QListWidget::itemClicked, this, &Palette::run);
  fill({});
  typed_->setFocus();
}

void Palette::fill(const QString& typed) {
  list_->clear();
  const auto words = typed.split(' ', Qt::SkipEmptyParts);
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    const auto& command = commands_[i];
    const auto all = command.title + ' ' + command.kind;
    if (!std::ranges::all_of(words, [&all](const auto& word) { return all.contains(word, Qt::CaseInsensitive); }))
      continue;
    auto* item = new QListWidgetItem(tr("%1  –  %2").arg(command.title, command.kind), list_);
    item->setData(Qt::UserRole, static_cast<int>(i));
  }
  list_->setCurrentRow(0);
}

bool Palette::eventFilter(QObject* watched, QEvent* event) {
  if (watched == typed_ && event->type() == QEvent::KeyPress) {
    const auto key = static_cast<QKeyEvent*>(event)->key();
    const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
    if (step != 0) {
      list_->setCurrentRow(std::clamp(list_->currentRow() + step, 0, std::max(0, list_->count() - 1)));
      return true;
    }
  }
  return QDialog::eventFilter(watched, event);
}

void Palette::run() {
  const auto* item = list_->currentItem();
  if (!item) return;
  const auto act = commands_[static_cast<std::size_t>(item->data(Qt::UserRole).toInt())].run;
  accept();
  act();
}

}  // namespace console::app
