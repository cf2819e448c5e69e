// What takes the disk, level by level: registries, the repositories of one, the tags of one.
#pragma once

#include "console/models/paged_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/list_panel.hpp"
#include "larder/apitypes/storage.hpp"

class QLineEdit;

namespace console::screens {

class StorageTree : public Screen {
  Q_OBJECT

 public:
  explicit StorageTree(const Context& context);
  void refresh() override { nodes_->refresh(); }

 private:
  void ask();
  void open(int row);
  larder::apitypes::UseLevel level() const;
  QString titleOf() const;

  QStringList way_;  // the paths above
  std::uint64_t largest_ = 1;
  models::PagedModel<larder::apitypes::StorageNode, larder::apitypes::StorageTree>* nodes_;
  widgets::ListPanel* panel_;
  QLineEdit* search_;
};

}  // namespace console::screens
