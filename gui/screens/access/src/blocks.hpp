// What is blocked for everyone, by whom and why, with the way back: those of names that are not stored among them.
#pragma once

#include "console/models/rows_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/list_panel.hpp"
#include "larder/apitypes/access.hpp"

namespace console::screens {

class Blocks : public Screen {
  Q_OBJECT

 public:
  explicit Blocks(const Context& context);
  void refresh() override;

 private:
  void add();
  void lift(const widgets::ListPanel::Rows& rows);

  models::RowsModel<larder::apitypes::Block>* blocks_;
};

}  // namespace console::screens
