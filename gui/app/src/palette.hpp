// Ctrl+K: type a few letters of a screen, a server or an action, and go there.
#pragma once

#include <QDialog>
#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace console::app {

struct Command {
  QString title;
  QString kind;  // "screen", "server"
  std::function<void()> run;
};

class Palette : public QDialog {
  Q_OBJECT

 public:
  Palette(std::vector<Command> commands, QWidget* parent);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void fill(const QString& typed);
  void run();

  std::vector<Command> commands_;
  QLineEdit* typed_;
  QListWidget* list_;
};

}  // namespace console::app
