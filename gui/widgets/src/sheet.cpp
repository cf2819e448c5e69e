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
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  act_ = buttons->addButton(verb, QDialogButtonBox::AcceptRole);
  layout->addWidget(buttons);
  setMinimumWidth(fontMetrics().averageCharWidth() * kLetters);
  connect(buttons, &QDialogButtonBox::rejected, this, &Sheet::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, [this] {
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
  connect(edit, &QLineEdit::textEdited, this, &Sheet::edited);
  addField(name, label, edit, help);
  return edit;
}

QLineEdit* Sheet::addPassword(const QString& name, const QString& label, const QString& help) {
  auto* edit = addText(name, label, {}, help);
  edit->setEchoMode(QLineEdit::Password);
  return edit;
}

QPlainTextEdit* Sheet::addLines(const QString& name, const QString& label, const QString& text, const QString& help) {
  auto* edit = new QPlainTextEdit(text);
  edit->setFont(monoFont(edit->font()));
  edit->setTabChangesFocus(true);
  edit->setMinimumHeight(edit->fontMetrics().lineSpacing() * kLines);
  connect(edit, &QPlainTextEdit::textChanged, this, &Sheet::edited);
  addField(name, label, edit, help);
  return edit;
}

QCheckBox* Sheet::addCheck(const QString& name, const QString& label, bool on) {
  auto* check = new QCheckBox(label);
  check->setChecked(on);
  connect(check, &QCheckBox::toggled, this, &Sheet::edited);
  addField(name, label, check, {});
  return check;
}

QComboBox* Sheet::addChoice(const QString& name, const QString& label,
                            const QList<std::pair<QString, QString>>& choices) {
  auto* box = new QComboBox;
  for (const auto& [value, called] : choices) box->addItem(called, value);
  connect(box, &QComboBox::activated, this, &Sheet::edited);
  addField(name, label, box, {});
  return box;
}

void Sheet::addWidget(QWidget* widget) {
  below_->addWidget(widget);
}

void Sheet::edited() {
  edited_ = true;
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

void Sheet::reject() {
  if (!edited_) return QDialog::reject();
  confirm(this, tr("Leave with unsaved changes?"), tr("What you typed here is lost."), tr("Leave"),
          [this] { QDialog::reject(); });
}

}  // namespace console::widgets
