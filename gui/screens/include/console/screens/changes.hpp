// What a change of the configuration does, as a table; and where two changed the same, a choice for each that loses
// nothing.
#pragma once

#include <QWidget>
#include <functional>
#include <map>

#include "console/models/rows_model.hpp"
#include "larder/apitypes/config.hpp"

class QVBoxLayout;

namespace console::screens {

// JSON as it is shown; `none` for what is not there.
QString valueText(const std::optional<larder::apitypes::Json>& value, const QString& none);

class ChangeList : public QWidget {
  Q_OBJECT

 public:
  // `name` is where the columns are remembered.
  explicit ChangeList(const QString& name, QWidget* parent = nullptr);
  void set(std::vector<larder::apitypes::ConfigChange> changes);

 private:
  models::RowsModel<std::pair<std::size_t, larder::apitypes::ConfigChange>>* rows_;
};

// Before, theirs and yours of each conflict, side by side.
class ConflictList : public QWidget {
  Q_OBJECT

 public:
  using Choices = std::map<std::string, larder::apitypes::MergeSide>;

  explicit ConflictList(QWidget* parent = nullptr);
  // Conflicts that were seen before stay, so that a choice can be changed as long as nothing is saved.
  void add(const std::vector<larder::apitypes::ConfigConflict>& conflicts);
  void clear();
  const Choices& choices() const { return choices_; }
  // Without a choice yet.
  int open() const { return static_cast<int>(seen_.size() - choices_.size()); }

 signals:
  void chosen();

 private:
  void addOne(const larder::apitypes::ConfigConflict& one);

  QVBoxLayout* layout_;
  std::vector<std::string> seen_;
  Choices choices_;
};

}  // namespace console::screens
