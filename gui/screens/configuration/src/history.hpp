// Revisions of the configuration: what each changed, and two ways back, each with what it would do before it is done.
#pragma once

#include "console/models/paged_model.hpp"
#include "console/screens/changes.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/list_panel.hpp"
#include "findings.hpp"
#include "larder/apitypes/config.hpp"

namespace console::screens {

class History : public Screen {
  Q_OBJECT

 public:
  explicit History(const Context& context);
  void refresh() override { revisions_->refresh(); }

 signals:
  void changed();

 private:
  void showDiff(const larder::apitypes::Revision& revision);
  void planRevert(std::uint64_t revision);
  void planRestore(std::uint64_t revision);

  models::PagedModel<larder::apitypes::Revision>* revisions_;
  widgets::ListPanel* panel_;
  QLabel* title_;
  ChangeList* diff_;
  QPointer<client::Call> reading_;
};

}  // namespace console::screens
