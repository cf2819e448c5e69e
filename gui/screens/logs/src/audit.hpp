// Who changed what: found by user, action and time, with the values before and after of the chosen record.
#pragma once

#include "console/models/paged_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/facts.hpp"
#include "larder/apitypes/activity.hpp"

class QComboBox;
class QLineEdit;

namespace console::screens {

class Audit : public Screen {
  Q_OBJECT

 public:
  explicit Audit(const Context& context);
  void refresh() override;

 private:
  void showRecord(const larder::apitypes::AuditRecord& record);

  models::PagedModel<larder::apitypes::AuditRecord>* records_;
  QLineEdit *user_, *action_;
  QComboBox* range_;
  QWidget* detail_;
  widgets::Facts* facts_;
  widgets::CodeBlock *before_, *after_;
};

}  // namespace console::screens
