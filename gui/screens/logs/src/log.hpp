// The log as it is written, and the lines before.
#pragma once

#include "console/models/paged_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/list_panel.hpp"
#include "larder/apitypes/activity.hpp"

class QComboBox;
class QLineEdit;
class QStackedWidget;

namespace console::screens {

class Log : public Screen {
  Q_OBJECT

 public:
  explicit Log(const Context& context);
  void refresh() override;

 private:
  void searchPast();

  models::RowsModel<larder::apitypes::LogRecord>* live_;
  models::PagedModel<larder::apitypes::LogRecord>* past_;
  widgets::ListPanel *livePanel_, *pastPanel_;
  QLineEdit* search_;
  QComboBox* level_;
  QStackedWidget* stack_;
};

}  // namespace console::screens
