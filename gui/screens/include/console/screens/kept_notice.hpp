// Offers what a crash has left of an editor: to take it up, or to forget it.
#pragma once

#include <QWidget>
#include <functional>

#include "console/screens/draft_store.hpp"

class QPushButton;

namespace console::widgets {
class Notice;
}

namespace console::screens {

class KeptNotice : public QWidget {
  Q_OBJECT

 public:
  explicit KeptNotice(QWidget* parent = nullptr);
  // It goes by itself with either answer.
  void offer(const QString& text, std::function<void()> take, std::function<void()> forget);
  void clear();

 private:
  widgets::Notice* notice_;
  QPushButton* forget_;
  std::function<void()> onForget_;
};

}  // namespace console::screens
