// A small form over the window: labelled fields, an error beside each, one verb. It stays open, with what was typed,
// until what it asks for is done; leaving it with something typed asks once.
#pragma once

#include <QDialog>
#include <QHash>
#include <QMap>
#include <functional>
#include <utility>

#include "console/widgets/basics.hpp"

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace console::widgets {

class Sheet : public QDialog {
  Q_OBJECT

 public:
  Sheet(const QString& title, const QString& verb, QWidget* parent);

  // `name` is the last part of the path by which the daemon names the field in an error.
  QLineEdit* addText(const QString& name, const QString& label, const QString& text, const QString& help = {});
  QLineEdit* addPassword(const QString& name, const QString& label, const QString& help = {});
  QPlainTextEdit* addLines(const QString& name, const QString& label, const QString& text, const QString& help = {});
  QCheckBox* addCheck(const QString& name, const QString& label, bool on);
  // Choices: what is meant, and how it is called.
  QComboBox* addChoice(const QString& name, const QString& label, const QList<std::pair<QString, QString>>& choices);
  // Below the fields.
  void addWidget(QWidget* widget);

  // Called by the verb, which rests until setBusy(false).
  void onSubmit(std::function<void()> submit) { submit_ = std::move(submit); }
  void setBusy(bool busy);
  // Beside the field that is named, else above all; takes back what was said before.
  void setErrors(const QList<std::pair<QString, QString>>& errors);
  void reject() override;

  // What the fields hold by their names, passwords left out; a tick is "on" or nothing.
  QMap<QString, QString> typed() const;
  void setTyped(const QMap<QString, QString>& typed);
  // Above the fields, until something else is said there.
  void offer(const QString& text, const QString& verb, std::function<void()> act);

 signals:
  // By the user.
  void edited();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void addField(const QString& name, const QString& label, QWidget* control, const QString& help);
  void noteEdit();

  Notice* notice_;
  QFormLayout* form_;
  QVBoxLayout* below_;
  QDialogButtonBox* buttons_;
  QPushButton* act_;
  QHash<QString, QLabel*> errors_;
  QMap<QString, QWidget*> fields_;  // but passwords
  std::function<void()> submit_;
  bool edited_ = false;
};

}  // namespace console::widgets
