// An edited configuration as a form, one section at a time or what a search finds, or as JSON.
#pragma once

#include <QTimer>

#include "console/forms/schema_form.hpp"
#include "console/widgets/basics.hpp"
#include "edited.hpp"

class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;

namespace console::screens {

class Settings : public QWidget {
  Q_OBJECT

 public:
  Settings(Edited& draft, bool mayEdit, QWidget* parent = nullptr);
  void setSchema(const forms::Json& schema);
  void search(const QString& words);

 private:
  void choose();
  void show();

  Edited& draft_;
  forms::Json schema_ = forms::Json::object();
  std::vector<forms::Setting> settings_;
  QLineEdit* search_;
  QListWidget* sections_;
  QLabel* found_;
  forms::SchemaForm* form_;
  QTimer chooseSoon_;
};

class ConfigJson : public QWidget {
  Q_OBJECT

 public:
  ConfigJson(Edited& draft, bool mayEdit, QWidget* parent = nullptr);
  // Typed, and no JSON yet.
  bool isBroken() const { return broken_; }

 private:
  void show();
  void read();

  Edited& draft_;
  QPlainTextEdit* edit_;
  widgets::Notice* notice_;
  QTimer readSoon_;
  bool broken_ = false;
};

}  // namespace console::screens
