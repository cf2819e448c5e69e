#include "palette.hpp"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace console::app {
namespace {

constexpr int kSearchAfterMs = 150;
constexpr int kLetters = 80;
constexpr int kLines = 20;

}  // namespace

Palette::Palette(std::vector<Command> commands, QWidget* parent)
    : QDialog(parent, Qt::Popup), commands_(std::move(commands)), typed_(new QLineEdit), list_(new QListWidget) {
  setAttribute(Qt::WA_DeleteOnClose);
  setAccessibleName(tr("Search everything"));
  auto* layout = new QVBoxLayout(this);
  typed_->setPlaceholderText(tr("Go to a screen, a repository, a setting or a server"));
  typed_->setAccessibleName(typed_->placeholderText());
  typed_->setObjectName("palette");
  layout->addWidget(typed_);
  layout->addWidget(list_);
  const auto letter = QSize(fontMetrics().averageCharWidth(), fontMetrics().lineSpacing());
  resize(letter.width() * kLetters, letter.height() * kLines);
  if (parent) move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, parent->height() / 6)));
  typed_->installEventFilter(this);
  searchSoon_.setSingleShot(true);
  searchSoon_.setInterval(kSearchAfterMs);
  connect(typed_, &QLineEdit::textChanged, this, [this] {
    fill();
    searchSoon_.start();
  });
  connect(&searchSoon_, &QTimer::timeout, this, [this] {
    const auto words = typed_->text().trimmed();
    if (!words.isEmpty()) emit asked(words);
  });
  connect(typed_, &QLineEdit::returnPressed, this, &Palette::run);
  connect(list_, &QListWidget::itemClicked, this, &Palette::run);
  fill();
  typed_->setFocus();
}

void Palette::offer(const QString& typed, const std::vector<Command>& found) {
  if (typed != typed_->text().trimmed()) return;
  for (const auto& one : found) add(one);
  if (list_->currentRow() < 0) list_->setCurrentRow(0);
}

void Palette::fill() {
  list_->clear();
  runs_.clear();
  const auto words = typed_->text().split(' ', Qt::SkipEmptyParts);
  for (const auto& command : commands_) {
    const auto all = command.title + ' ' + command.kind;
    if (std::ranges::all_of(words, [&all](const auto& word) { return all.contains(word, Qt::CaseInsensitive); })) {
      add(command);
    }
  }
  list_->setCurrentRow(0);
}

void Palette::add(const Command& command) {
  auto* item = new QListWidgetItem(tr("%1  –  %2").arg(command.title, command.kind), list_);
  runs_.insert(item, command.run);
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
  const auto act = runs_.value(list_->currentItem());
  if (!act) return;
  accept();
  act();
}

}  // namespace console::app
