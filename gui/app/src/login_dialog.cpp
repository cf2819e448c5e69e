#include "login_dialog.hpp"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>

#include "console/widgets/basics.hpp"

namespace console::app {

LoginDialog::LoginDialog(client::Connection& connection, const desktop::Profile& profile, bool ended, QWidget* parent)
    : QDialog(parent), connection_(connection), user_(new QLineEdit(profile.user)), password_(new QLineEdit) {
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Log in to %1").arg(profile.name));
  auto* layout = new QVBoxLayout(this);
  if (ended) layout->addWidget(widgets::plainLabel(tr("Your session has ended. Nothing that you typed is lost.")));
  auto* notice = new widgets::Notice(this);
  layout->addWidget(notice);
  if (!connection.trouble().isEmpty()) notice->say(connection.trouble(), models::Tone::Bad);
  auto* form = new QFormLayout;
  password_->setEchoMode(QLineEdit::Password);
  form->addRow(tr("&User"), user_);
  form->addRow(tr("&Password"), password_);
  layout->addLayout(form);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  auto* act = buttons->addButton(tr("Log in"), QDialogButtonBox::AcceptRole);
  layout->addWidget(buttons);
  resize(380, sizeHint().height());
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, [this, notice, act] {
    act->setEnabled(false);
    const auto user = user_->text();
    const auto password = password_->text();
    connection_.logIn(user, password, this,
                      [this, notice, act, user, password](std::optional<client::Failure> failure) {
                        act->setEnabled(true);
                        if (failure) return notice->say(failure->message(), models::Tone::Bad);
                        emit loggedIn(user, password);
                        accept();
                      });
  });
  (user_->text().isEmpty() ? user_ : password_)->setFocus();
}

}  // namespace console::app
