// What is said of one thing: names with their values, and text to be copied.
#pragma once

#include <QList>
#include <QString>
#include <QWidget>

#include "console/models/cell.hpp"

class QButtonGroup;
class QFormLayout;
class QPlainTextEdit;

namespace console::widgets {

struct Fact {
  QString name;
  models::Cell value;
};

class Facts : public QWidget {
  Q_OBJECT

 public:
  explicit Facts(QWidget* parent = nullptr);
  void set(const QList<Fact>& facts);

 private:
  QFormLayout* form_;
};

// Read-only text in monospace, as high as its lines up to a bound, with a button that copies all of it.
class CodeBlock : public QWidget {
  Q_OBJECT

 public:
  CodeBlock(const QString& name, const QString& text, QWidget* parent = nullptr);
  void setText(const QString& text);
  // As high as there is room, instead of as its text is.
  void setTall();

 private:
  QPlainTextEdit* edit_;
  bool tall_ = false;
};

// One of a few choices, all of them seen.
class Segments : public QWidget {
  Q_OBJECT

 public:
  // Choices: what is meant, and how it is called. The first is chosen.
  Segments(const QString& label, const QList<std::pair<QString, QString>>& choices, QWidget* parent = nullptr);
  QString value() const;
  // Emits nothing.
  void setValue(const QString& value);

 signals:
  void chosen(const QString& value);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void showChosen();
  QButtonGroup* group_;
};

}  // namespace console::widgets
