// A form made from a schema: each setting with its help, default, badges and error. Values are edited in a copy; what
// is not set shows its default.
#pragma once

#include <QHash>
#include <QWidget>
#include <map>

#include "console/forms/schema.hpp"

class QFormLayout;
class QLabel;
class QVBoxLayout;

namespace console::forms {

// Error messages by path (pathText).
using Errors = std::map<std::string, QString>;

class SchemaForm : public QWidget {
  Q_OBJECT

 public:
  // `schema` has no `$ref` left.
  explicit SchemaForm(Json schema, QWidget* parent = nullptr);

  // Another schema over the same value; `open`: with no group closed.
  void setSchema(Json schema, bool open);
  const Json& value() const { return value_; }
  // Shows another value; emits nothing.
  void setValue(const Json& value);
  void setErrors(const Errors& errors);
  void setReadOnly(bool readOnly);
  // Settings of the top that are shown; the others come under "All settings". None: all are.
  void setFirst(const std::vector<std::string>& names);

 signals:
  void edited();

 private:
  void rebuild();
  void set(const Path& path, const std::optional<Json>& next);
  void setAndRebuild(const Path& path, const std::optional<Json>& next);
  void addFields(QVBoxLayout* into, const Json& schema, const Path& path);
  void addNode(QVBoxLayout* into, const Json& schema, const Path& path, const std::string& name);
  void addGroup(QVBoxLayout* into, const Json& schema, const Path& path, const std::string& name, bool open);
  void addEntries(QVBoxLayout* into, const Json& schema, const Path& path);
  void addEntry(QVBoxLayout* into, const Json& schema, const Path& path, const QString& title, bool open);
  QWidget* controlOf(const Json& schema, const Path& path);
  QWidget* lineControl(const Json& schema, const Path& path);
  QWidget* linesControl(const Json& schema, const Path& path);
  QWidget* choiceControl(const Json& schema, const Path& path);
  QWidget* checksControl(const Json& schema, const Path& path);
  QWidget* jsonControl(const Path& path);
  void addField(QVBoxLayout* into, const Json& schema, const Path& path, const std::string& name, QWidget* control);
  bool hasErrorBelow(const Path& path) const;

  Json schema_;
  Json value_ = Json::object();
  Errors errors_;
  bool readOnly_ = false;
  bool allOpen_ = false;
  std::vector<std::string> first_;
  QWidget* content_ = nullptr;
  std::map<std::string, QLabel*> errorLabels_;
  QHash<QString, bool> opened_;  // groups that the reader opened or closed, by path
};

}  // namespace console::forms
