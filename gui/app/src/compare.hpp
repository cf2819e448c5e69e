// Two configurations side by side, each of a server or a file: which mirror rules, policies and settings differ, and
// copying some of them over. What is copied becomes a draft on the other side: it is reviewed and saved there.
#pragma once

#include <QDialog>
#include <QPointer>
#include <functional>
#include <optional>

#include "console/forms/compare.hpp"
#include "console/models/rows_model.hpp"
#include "console/screens/config_file.hpp"
#include "servers.hpp"

class QComboBox;
class QLineEdit;
class QPlainTextEdit;

namespace console::widgets {
class ListPanel;
}

namespace console::app {

// One of the two: a server that is connected, or a file that is open.
struct CompareSide {
  QString name;
  QPointer<Server> server;
  QPointer<screens::ConfigFile> file;
};

class Compare : public QDialog {
  Q_OBJECT

 public:
  explicit Compare(std::vector<CompareSide> sides, QWidget* parent);

 signals:
  void copied(const console::app::CompareSide& to, const console::forms::Json& value);

 private:
  struct Row {
    std::size_t place;
    forms::Difference difference;
  };
  struct Chosen {
    QComboBox* choice;
    QPointer<client::Call> reading;
    std::optional<forms::Json> value;
    QString trouble;
  };
  using Rows = models::RowsModel<Row>;

  static Rows::Columns columns();
  void read(Chosen& chosen);
  void show();
  void showValues(int row);
  void copy(const QList<int>& rows, bool toRight);

  std::vector<CompareSide> sides_;
  Chosen left_, right_;
  widgets::Notice* notice_;
  Rows* rows_;
  widgets::ListPanel* panel_;
  QLineEdit* search_;
  QPlainTextEdit *leftValue_, *rightValue_;
};

}  // namespace console::app
