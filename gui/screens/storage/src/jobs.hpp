// Jobs that run and have run; starting and cancelling them.
#pragma once

#include <QPointer>
#include <QTimer>

#include "console/models/rows_model.hpp"
#include "console/screens/screen.hpp"
#include "larder/apitypes/activity.hpp"

namespace console::screens {

class Jobs : public Screen {
  Q_OBJECT

 public:
  explicit Jobs(const Context& context);
  void refresh() override;

 private:
  void start(larder::apitypes::StartableJob kind, const QString& label, const QString& about, bool removes);
  void cancel(const larder::apitypes::Job& job);

  models::RowsModel<larder::apitypes::Job>* jobs_;
  QPointer<client::Call> reading_;
  QTimer again_;
};

}  // namespace console::screens
