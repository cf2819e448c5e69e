// Asks for a user and a password, over the window that keeps what it shows.
#pragma once

#include <QDialog>

#include "console/client/connection.hpp"
#include "console/desktop/profiles.hpp"

class QLineEdit;

namespace console::app {

class LoginDialog : public QDialog {
  Q_OBJECT

 public:
  // ended: somebody was logged in until now.
  LoginDialog(client::Connection& connection, const desktop::Profile& profile, bool ended, QWidget* parent);

 signals:
  void loggedIn(const QString& user, const QString& password);

 private:
  client::Connection& connection_;
  QLineEdit* user_;
  QLineEdit* password_;
};

}  // namespace console::app
