// What Larder logs in to upstreams with: hosts and users, never a password.
#pragma once

#include "console/models/rows_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/list_panel.hpp"
#include "larder/apitypes/sync.hpp"

namespace console::screens {

class Credentials : public Screen {
  Q_OBJECT

 public:
  explicit Credentials(const Context& context);
  void refresh() override;

 private:
  void set(const QString& host, const QString& user, const QByteArray& etag);
  void remove(const larder::apitypes::CredentialHost& one);
  bool mayEdit() const { return editable_ && connection().mayChange(); }

  models::RowsModel<larder::apitypes::CredentialHost>* hosts_;
  widgets::ListPanel* panel_;
  widgets::Notice* notice_;
  bool editable_ = false;
};

}  // namespace console::screens
