// Ctrl+K: type a few letters of a screen, a server, a repository, a setting or an action, and go there.
#pragma once

#include <QDialog>
#include <QHash>
#include <QTimer>
#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace console::app {

struct Command {
  QString title;
  QString kind;  // "screen", "repository"
  std::function<void()> run;
};

class Palette : public QDialog {
  Q_OBJECT

 public:
  // `commands` are there whatever is typed.
  Palette(std::vector<Command> commands, QWidget* parent);
  // What was found for `typed`; passed over if something else is typed by now.
  void offer(const QString& typed, const std::vector<Command>& found);

 signals:
  // A moment after the typing has ended; what is found is handed to offer(), also later and in parts.
  void asked(const QString& typed);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void fill();
  void add(const Command& command);
  void run();

  std::vector<Command> commands_;                              // that are there whatever is typed
  QHash<const QListWidgetItem*, std::function<void()>> runs_;  // of what is listed
  QTimer searchSoon_;
  QLineEdit* typed_;
  QListWidget* list_;
};

}  // namespace console::app
