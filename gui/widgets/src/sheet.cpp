#include "console/widgets/sheet.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

#include "console/widgets/theme.hpp"

namespace console::widgets {
namespace {

constexpr int kLetters = 64;
constexpr int kLines = 6;
const QString kOn = QStringLiteral("on");

}  // namespace

Sheet::Sheet(const QString& title, const QString& verb, QWidget* parent)
    : QDialog(parent), notice_(new Notice(this)), form_(new QFormLayout), below_(new QVBoxLayout) {
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(title);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(notice_);
  form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  layout->addLayout(form_);
  layout->addLayout(below_, 1);
  buttons_ = new QDialogButtonBox(QDialogButtonBox::Cancel);
  act_ = buttons_->addButton(verb, QDialogButtonBox::AcceptRole);
  layout->addWidget(buttons_);
  setMinimumWidth(fontMetrics().averageCharWidth() * kLetters);
  connect(buttons_, &QDialogButtonBox::rejected, this, &Sheet::reject);
  connect(buttons_, &QDialogButtonBox::accepted, this, [this] {
    setErrors({});
    setBusy(true);
    submit_();
  });
}

void Sheet::addField(const QString& name, const QString& label, QWidget* control, const QString& help) {
  auto* error = plainLabel();
  auto colored = error->palette();
  colored.setColor(QPalette::WindowText, toneColor(models::Tone::Bad, palette()));
  error->setPalette(colored);
  error->hide();
  errors_[name] = error;
  fields_[name] = control;
  control->setObjectName(name);
  control->setAccessibleName(QString(label).remove('&'));
  auto* field = new QVBoxLayout;
  field->addWidget(control);
  field->addWidget(error);
  if (!help.isEmpty()) field->addWidget(mutedLabel(help));
  auto* title = new QLabel(qobject_cast<QCheckBox*>(control) ? QString() : label);
  title->setBuddy(control);
  form_->addRow(title, field);
}

QLineEdit* Sheet::addText(const QString& name, const QString& label, const QString& text, const QString& help) {
  auto* edit = new QLineEdit(text);
  connect(edit, &QLineEdit::textEdited, this, &Sheet::noteEdit);
  addField(name, label, edit, help);
  return edit;
}

QLineEdit* Sheet::addPassword(const QString& name, const QString& label, const QString& help) {
  auto* edit = addText(name, label, {}, help);
  edit->setEchoMode(QLineEdit::Password);
  fields_.remove(name);
  return edit;
}

QPlainTextEdit* Sheet::addLines(const QString& name, const QString& label, const QString& text, const QString& help) {
  auto* edit = new QPlainTextEdit(text);
  edit->setFont(monoFont(edit->font()));
  edit->setTabChangesFocus(true);
  edit->setMinimumHeight(edit->fontMetrics().lineSpacing() * kLines);
  connect(edit, &QPlainTextEdit::textChanged, this, &Sheet::noteEdit);
  addField(name, label, edit, help);
  return edit;
}

QCheckBox* Sheet::addCheck(const QString& name, const QString& label, bool on) {
  auto* check = new QCheckBox(label);
  check->setChecked(on);
  connect(check, &QCheckBox::toggled, this, &Sheet::noteEdit);
  addField(name, label, check, {});
  return check;
}

QComboBox* Sheet::addChoice(const QString& name, const QString& label,
                            const QList<std::pair<QString, QString>>& choices) {
  auto* box = new QComboBox;
  for (const auto& [value, called] : choices) box->addItem(called, value);
  connect(box, &QComboBox::activated, this, &Sheet::noteEdit);
  addField(name, label, box, {});
  return box;
}

void Sheet::addWidget(QWidget* widget) {
  below_->addWidget(widget);
}

void Sheet::noteEdit() {
  edited_ = true;
  emit edited();
}

QMap<QString, QString> Sheet::typed() const {
  QMap<QString, QString> typed;
  for (const auto& [name, field] : fields_.asKeyValueRange()) {
    if (const auto* edit = qobject_cast<QLineEdit*>(field)) {
      typed[name] = edit->text();
    } else if (const auto* lines = qobject_cast<QPlainTextEdit*>(field)) {
      typed[name] = lines->toPlainText();
    } else if (const auto* check = qobject_cast<QCheckBox*>(field)) {
      typed[name] = check->isChecked() ? kOn : QString();
    } else if (const auto* box = qobject_cast<QComboBox*>(field)) {
      typed[name] = box->currentData().toString();
    }
  }
  return typed;
}

void Sheet::setTyped(const QMap<QString, QString>& typed) {
  for (const auto& [name, text] : typed.asKeyValueRange()) {
    auto* field = fields_.value(name);
    if (auto* edit = qobject_cast<QLineEdit*>(field)) {
      if (!edit->isReadOnly()) edit->setText(text);
    } else if (auto* lines = qobject_cast<QPlainTextEdit*>(field)) {
      lines->setPlainText(text);
    } else if (auto* check = qobject_cast<QCheckBox*>(field)) {
      check->setChecked(text == kOn);
    } else if (auto* box = qobject_cast<QComboBox*>(field)) {
      if (const int place = box->findData(text); place >= 0) box->setCurrentIndex(place);
    }
  }
  noteEdit();
}

void Sheet::offer(const QString& text, const QString& verb, std::function<void()> act) {
  notice_->say(text, models::Tone::Warn);
  notice_->offer(verb, [this, act = std::move(act)] {
    notice_->clear();
    act();
  });
}

void Sheet::setBusy(bool busy) {
  act_->setEnabled(!busy);
}

void Sheet::setErrors(const QList<std::pair<QString, QString>>& errors) {
  for (auto* label : errors_) label->hide();
  QStringList others;
  for (const auto& [name, message] : errors) {
    auto* label = errors_.value(name);
    if (!label) {
      others << message;
      continue;
    }
    label->setText(message);
    label->show();
  }
  notice_->say(others.join('\n'), models::Tone::Bad);
}

void Sheet::showEvent(QShowEvent* event) {
  QDialog::showEvent(event);
  // The buttons were made first and come last, and one begins to type at the top.
  QWidget* last = this;
  QWidget* first = nullptr;
  for (auto* one = nextInFocusChain(); one != this; one = one->nextInFocusChain()) {
    if (buttons_->isAncestorOf(one) || one == buttons_) continue;
    last = one;
    if (!first && (one->focusPolicy() & Qt::TabFocus) && one->isEnabled() && one->isVisibleTo(this)) first = one;
  }
  for (auto* button : buttons_->buttons()) {
    setTabOrder(last, button);
    last = button;
  }
  if (first && !focusWidget()) first->setFocus();
}

void Sheet::reject() {
  if (!edited_) return QDialog::reject();
  confirm(this, tr("Leave with unsaved changes?"), tr("What you typed here is lost."), tr("Leave"),
          [this] { QDialog::reject(); });
}

}  // namespace console::widgets
