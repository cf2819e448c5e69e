// The users of the htpasswd file.
#pragma once

#include "console/models/paged_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/list_panel.hpp"
#include "larder/apitypes/access.hpp"

class QLineEdit;

namespace console::screens {

class Users : public Screen {
  Q_OBJECT

 public:
  explicit Users(const Context& context);
  void refresh() override { users_->refresh(); }

 private:
  bool mayEdit() const;
  void showState();
  void addUser();
  void changePassword(const larder::apitypes::User& user);
  void remove(const larder::apitypes::User& user);

  models::PagedModel<larder::apitypes::User, larder::apitypes::UserList>* users_;
  widgets::Notice* notice_;
  widgets::ListPanel* panel_;
  QLineEdit* search_;
};

}  // namespace console::screens
