#include "console/widgets/basics.hpp"

#include <QDialog>
#include <QDialogButtonBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMessageBox>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>

#include "console/widgets/theme.hpp"

namespace console::widgets {

using models::Tone;

Pill::Pill(const QString& text, Tone tone, QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  set(text, tone);
}

void Pill::set(const QString& text, Tone tone) {
  text_ = text;
  tone_ = tone;
  setAccessibleName(text);
  // Without a parent yet it would be a window of its own.
  if (text.isEmpty()) {
    hide();
  } else if (parentWidget()) {
    show();
  }
  updateGeometry();
  update();
}

void Pill::setClickable(bool clickable) {
  setCursor(clickable ? Qt::PointingHandCursor : Qt::ArrowCursor);
  setFocusPolicy(clickable ? Qt::StrongFocus : Qt::NoFocus);
}

QSize Pill::sizeHint() const {
  const auto metrics = fontMetrics();
  return {metrics.horizontalAdvance(text_) + metrics.height() * 2, metrics.height() + metrics.height() / 3};
}

void Pill::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const auto color = toneColor(tone_, palette());
  painter.setPen(hasFocus() ? QPen(color, 1.5) : QPen(Qt::NoPen));
  painter.setBrush(toneFill(tone_, palette()));
  const double round = height() / 2.0;
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), round, round);
  auto colored = palette();
  colored.setColor(QPalette::WindowText, color);
  const int side = fontMetrics().height() * 3 / 4;
  icon(toneIcon(tone_), colored).paint(&painter, QRect(height() / 3, (height() - side) / 2, side, side));
  painter.setPen(color);
  painter.drawText(rect().adjusted(height() / 3 + side + side / 3, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, text_);
}

void Pill::mouseReleaseEvent(QMouseEvent* event) {
  if (focusPolicy() != Qt::NoFocus && rect().contains(event->pos())) emit clicked();
}

void Pill::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return) {
    emit clicked();
  } else {
    QWidget::keyPressEvent(event);
  }
}

Notice::Notice(QWidget* parent) : QFrame(parent), icon_(new QLabel), label_(plainLabel()), button_(new QPushButton) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(8, 6, 8, 6);
  layout->addWidget(icon_, 0, Qt::AlignTop);
  layout->addWidget(label_, 1);
  layout->addWidget(button_, 0, Qt::AlignTop);
  setAutoFillBackground(true);
  connect(button_, &QPushButton::clicked, this, [this] {
    if (auto act = act_) act();
  });
  clear();
}

void Notice::say(const QString& text, Tone tone) {
  tone_ = tone;
  label_->setText(text);
  setAccessibleName(text);
  button_->hide();
  act_ = nullptr;
  paintTone();
  if (text.isEmpty()) {
    hide();
  } else if (parentWidget()) {
    show();
  }
}

void Notice::clear() {
  say({}, Tone::Info);
}

void Notice::offer(const QString& verb, std::function<void()> act) {
  button_->setText(verb);
  act_ = std::move(act);
  button_->show();
}

void Notice::changeEvent(QEvent* event) {
  if (event->type() == QEvent::ApplicationPaletteChange) paintTone();
  QFrame::changeEvent(event);
}

void Notice::paintTone() {
  const auto base = parentWidget() ? parentWidget()->palette() : QPalette();
  auto own = base;
  own.setColor(QPalette::Window, toneFill(tone_, base));
  setPalette(own);
  auto colored = base;
  colored.setColor(QPalette::WindowText, toneColor(tone_, base));
  const int side = fontMetrics().height();
  icon_->setPixmap(icon(toneIcon(tone_), colored).pixmap(QSize(side, side), devicePixelRatioF()));
}

Panel::Panel(const QString& title, QWidget* parent)
    : QFrame(parent), title_(new QLabel), head_(new QHBoxLayout), body_(new QVBoxLayout) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(1, 1, 1, 1);
  layout->setSpacing(0);
  head_->setContentsMargins(11, 7, 8, 7);
  head_->setSpacing(6);
  head_->addWidget(title_);
  head_->addStretch();
  title_->setFont(scaled(font(), 1.0, true));
  layout->addLayout(head_);
  layout->addLayout(body_, 1);
  body_->setContentsMargins(0, 0, 0, 0);
  body_->setSpacing(6);
  setTitle(title);
}

void Panel::setTitle(const QString& title) {
  title_->setText(title);
  title_->setVisible(!title.isEmpty());
  setAccessibleName(title);
}

void Panel::addSide(QWidget* widget) {
  head_->addWidget(widget);
}

void Panel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(borderColor(palette()));
  painter.setBrush(palette().color(QPalette::Base));
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
}

EmptyState::EmptyState(const QString& title, const QString& text, QWidget* parent)
    : QWidget(parent), title_(heading(title)), text_(mutedLabel(text)), layout_(new QVBoxLayout(this)) {
  title_->setAlignment(Qt::AlignCenter);
  text_->setAlignment(Qt::AlignCenter);
  layout_->addStretch();
  layout_->addWidget(title_);
  layout_->addWidget(text_);
  layout_->addStretch();
}

void EmptyState::set(const QString& title, const QString& text) {
  title_->setText(title);
  text_->setText(text);
}

void EmptyState::offer(const QString& verb, std::function<void()> act) {
  auto* button = new QPushButton(verb);
  connect(button, &QPushButton::clicked, this, [act = std::move(act)] { act(); });
  layout_->insertWidget(layout_->count() - 1, button, 0, Qt::AlignCenter);
}

QLabel* mutedLabel(const QString& text, QWidget* parent) {
  auto* label = plainLabel(text, false, parent);
  label->setForegroundRole(QPalette::PlaceholderText);
  return label;
}

QLabel* heading(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setTextFormat(Qt::PlainText);
  label->setFont(scaled(label->font(), 1.15, true));
  return label;
}

QLabel* plainLabel(const QString& text, bool mono, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  // What comes from a repository is text, never markup.
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  label->setFocusPolicy(Qt::NoFocus);
  if (mono) label->setFont(monoFont(label->font()));
  return label;
}

QHBoxLayout* row(std::initializer_list<QWidget*> parts) {
  auto* layout = new QHBoxLayout;
  layout->setContentsMargins(0, 0, 0, 0);
  for (auto* part : parts) {
    if (part) {
      layout->addWidget(part);
    } else {
      layout->addStretch(1);
    }
  }
  return layout;
}

void confirm(QWidget* parent, const QString& title, const QString& text, const QString& verb,
             std::function<void()> yes) {
  auto* box = new QMessageBox(QMessageBox::Warning, title, title, QMessageBox::NoButton, parent);
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setTextFormat(Qt::PlainText);
  box->setInformativeText(text);
  auto* act = box->addButton(verb, QMessageBox::DestructiveRole);
  box->setDefaultButton(box->addButton(QMessageBox::Cancel));
  QObject::connect(box, &QMessageBox::buttonClicked, parent, [act, yes = std::move(yes)](QAbstractButton* clicked) {
    if (clicked == act) yes();
  });
  box->open();
}

void confirmTyped(QWidget* parent, const QString& title, const QString& text, const QString& word, const QString& verb,
                  std::function<void()> yes) {
  auto* dialog = new QDialog(parent);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(title);
  auto* layout = new QVBoxLayout(dialog);
  layout->addWidget(plainLabel(text));
  auto* typed = new QLineEdit;
  typed->setPlaceholderText(word);
  typed->setAccessibleName(QDialog::tr("Type %1 to go on").arg(word));
  layout->addWidget(plainLabel(QDialog::tr("Type %1 to go on.").arg(word)));
  layout->addWidget(typed);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  auto* act = buttons->addButton(verb, QDialogButtonBox::AcceptRole);
  act->setEnabled(false);
  layout->addWidget(buttons);
  QObject::connect(typed, &QLineEdit::textChanged, act,
                   [act, word](const QString& now) { act->setEnabled(now == word); });
  QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
  QObject::connect(dialog, &QDialog::accepted, parent, [yes = std::move(yes)] { yes(); });
  dialog->open();
}

}  // namespace console::widgets
