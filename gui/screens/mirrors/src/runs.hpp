// The last runs of the polls: what each copied, and what failed.
#pragma once

#include "console/models/paged_model.hpp"
#include "console/screens/screen.hpp"
#include "larder/apitypes/sync.hpp"

namespace console::screens {

class Runs : public Screen {
  Q_OBJECT

 public:
  explicit Runs(const Context& context);
  void refresh() override { runs_->refresh(); }

 private:
  models::PagedModel<larder::apitypes::Run>* runs_;
};

}  // namespace console::screens
