// Small parts that screens are made of.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QVBoxLayout>
#include <QWidget>
#include <functional>

#include "console/models/cell.hpp"

class QHBoxLayout;
class QPushButton;

namespace console::widgets {

// The object name of boxes that search in what is around them, for the shortcut that goes there.
inline constexpr QLatin1StringView kSearchBox("search");

// A word in the colour of its role, with the role's icon.
class Pill : public QWidget {
  Q_OBJECT

 public:
  explicit Pill(const QString& text = {}, models::Tone tone = models::Tone::Unknown, QWidget* parent = nullptr);
  void set(const QString& text, models::Tone tone);
  // A click, or Space with the focus, emits clicked().
  void setClickable(bool clickable);
  QString text() const { return text_; }
  QSize sizeHint() const override;

 signals:
  void clicked();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QString text_;
  models::Tone tone_;
};

// What happened or has to be known, above what it is about. Hidden while it says nothing.
class Notice : public QFrame {
  Q_OBJECT

 public:
  explicit Notice(QWidget* parent = nullptr);
  void say(const QString& text, models::Tone tone);
  void clear();
  QString text() const { return label_->text(); }
  // A button at its end; removed by the next say().
  void offer(const QString& verb, std::function<void()> act);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void paintTone();
  QLabel* icon_;
  QLabel* label_;
  QPushButton* button_;
  std::function<void()> act_;
  models::Tone tone_ = models::Tone::Info;
};

// A titled part of a screen.
class Panel : public QFrame {
  Q_OBJECT

 public:
  explicit Panel(const QString& title, QWidget* parent = nullptr);
  void setTitle(const QString& title);
  // At the right of the title.
  void addSide(QWidget* widget);
  QVBoxLayout* body() { return body_; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QLabel* title_;
  QHBoxLayout* head_;
  QVBoxLayout* body_;
};

// Why there is nothing, and what to do next.
class EmptyState : public QWidget {
  Q_OBJECT

 public:
  EmptyState(const QString& title, const QString& text, QWidget* parent = nullptr);
  void set(const QString& title, const QString& text);
  void offer(const QString& verb, std::function<void()> act);

 private:
  QLabel* title_;
  QLabel* text_;
  QVBoxLayout* layout_;
};

QLabel* mutedLabel(const QString& text = {}, QWidget* parent = nullptr);
QLabel* heading(const QString& text, QWidget* parent = nullptr);
// Text that can be selected and copied, in lines as wide as there is room.
QLabel* plainLabel(const QString& text = {}, bool mono = false, QWidget* parent = nullptr);
// Lays out `parts` in a row; a null pointer is the space that grows.
QHBoxLayout* row(std::initializer_list<QWidget*> parts);

// Asks before something that cannot be taken back. Never blocks: `yes` is called on consent.
void confirm(QWidget* parent, const QString& title, const QString& text, const QString& verb,
             std::function<void()> yes);
// As confirm(), but `word` has to be typed.
void confirmTyped(QWidget* parent, const QString& title, const QString& text, const QString& word, const QString& verb,
                  std::function<void()> yes);

}  // namespace console::widgets
