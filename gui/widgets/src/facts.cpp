#include "console/widgets/facts.hpp"

#include <QApplication>
#include <QButtonGroup>
#include <QClipboard>
#include <QEvent>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QToolButton>
#include <algorithm>

#include "console/widgets/basics.hpp"
#include "console/widgets/theme.hpp"

namespace console::widgets {
namespace {

constexpr int kMostLines = 16;

}  // namespace

Facts::Facts(QWidget* parent) : QWidget(parent), form_(new QFormLayout(this)) {
  form_->setContentsMargins(0, 0, 0, 0);
  form_->setLabelAlignment(Qt::AlignLeft);
  form_->setFormAlignment(Qt::AlignTop | Qt::AlignLeft);
}

void Facts::set(const QList<Fact>& facts) {
  while (form_->rowCount() > 0) form_->removeRow(0);
  for (const auto& [name, cell] : facts) {
    auto* value = plainLabel(cell.text.isEmpty() ? QStringLiteral("–") : cell.text, cell.mono);
    value->setToolTip(cell.tip);
    value->setMinimumWidth(1);
    if (cell.tone != models::Tone::Plain) {
      auto colored = value->palette();
      colored.setColor(QPalette::WindowText, toneColor(cell.tone, palette()));
      value->setPalette(colored);
    }
    auto* label = mutedLabel(name);
    label->setWordWrap(false);
    form_->addRow(label, value);
  }
}

CodeBlock::CodeBlock(const QString& name, const QString& text, QWidget* parent)
    : QWidget(parent), edit_(new QPlainTextEdit) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  auto* copy = new QToolButton;
  copy->setText(tr("Copy"));
  copy->setAccessibleName(tr("Copy %1").arg(name));
  auto* title = plainLabel(name, true);
  auto* head = row({title, copy});
  head->setStretch(0, 1);
  layout->addLayout(head);
  layout->addWidget(edit_);
  edit_->setReadOnly(true);
  edit_->setTabChangesFocus(true);
  edit_->setLineWrapMode(QPlainTextEdit::NoWrap);
  edit_->setFont(monoFont(edit_->font()));
  edit_->setAccessibleName(name);
  connect(copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(edit_->toPlainText()); });
  setText(text);
}

void CodeBlock::setTall() {
  tall_ = true;
  edit_->setMinimumHeight(0);
  edit_->setMaximumHeight(QWIDGETSIZE_MAX);
}

void CodeBlock::setText(const QString& text) {
  edit_->setPlainText(text);
  if (tall_) return;
  const int lines = std::clamp(static_cast<int>(text.count('\n')) + 1, 1, kMostLines);
  // One line more is for the scroll bar of long lines.
  edit_->setFixedHeight(edit_->fontMetrics().lineSpacing() * (lines + 1) + edit_->fontMetrics().height());
}

Segments::Segments(const QString& label, const QList<std::pair<QString, QString>>& choices, QWidget* parent)
    : QWidget(parent), group_(new QButtonGroup(this)) {
  setAccessibleName(label);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
  for (const auto& [value, called] : choices) {
    auto* button = new QToolButton;
    button->setText(called);
    button->setCheckable(true);
    button->setObjectName(value);
    button->setAccessibleDescription(label);
    button->setChecked(group_->buttons().isEmpty());
    connect(button, &QToolButton::toggled, this, &Segments::showChosen);
    group_->addButton(button);
    layout->addWidget(button);
  }
  connect(group_, &QButtonGroup::buttonClicked, this,
          [this](const QAbstractButton* button) { emit chosen(button->objectName()); });
  showChosen();
}

void Segments::changeEvent(QEvent* event) {
  if (event->type() == QEvent::ApplicationPaletteChange) showChosen();
  QWidget::changeEvent(event);
}

// Styles differ in how a pressed button looks, some hardly at all.
void Segments::showChosen() {
  for (auto* button : findChildren<QToolButton*>()) {
    auto colors = QApplication::palette();
    if (button->isChecked()) {
      colors.setColor(QPalette::Button, colors.color(QPalette::Highlight));
      colors.setColor(QPalette::ButtonText, colors.color(QPalette::HighlightedText));
    }
    button->setPalette(colors);
    button->setFont(scaled(font(), 1.0, button->isChecked()));
  }
}

QString Segments::value() const {
  return group_->checkedButton()->objectName();
}

void Segments::setValue(const QString& value) {
  for (auto* button : group_->buttons()) {
    if (button->objectName() == value) button->setChecked(true);
  }
}

}  // namespace console::widgets
