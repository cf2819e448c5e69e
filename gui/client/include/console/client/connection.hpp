// One daemon as the console is connected to it: its calls, its live stream, who is logged in, and how it is.
//
// Lives on the GUI thread; owns the ApiClient and the LiveStream. A log-in that ended is asked for again, and until
// then everything stays as it was.
#pragma once

#include <QDateTime>
#include <QObject>
#include <QTimer>
#include <functional>
#include <optional>

#include "console/client/api_client.hpp"
#include "console/client/live_stream.hpp"
#include "larder/apitypes/session.hpp"
#include "larder/apitypes/status.hpp"

namespace console::client {

// What a profile knows of the way in. The password is held for as long as the connection lives, so that a session that
// the daemon has forgotten (it was restarted) is begun anew without asking.
struct Login {
  QString user;
  QString password;
  QString token;  // the daemon's, where nobody can log in
  bool isEmpty() const { return password.isEmpty() && token.isEmpty(); }
};

class Connection : public QObject {
  Q_OBJECT

 public:
  // readOnly: no call that changes something is sent (a setting of the profile).
  Connection(Endpoint endpoint, Login login, bool readOnly, QObject* parent = nullptr, LiveTiming timing = {});

  ApiClient& api() { return api_; }
  LiveStream& live() { return live_; }
  void start();

  void logIn(const QString& user, const QString& password, QObject* owner,
             std::function<void(std::optional<Failure>)> done);
  void logOut();

  const std::optional<larder::apitypes::Session>& session() const { return session_; }
  const std::optional<larder::apitypes::Status>& status() const { return status_; }
  QDateTime statusAt() const { return statusAt_; }
  // Why the first contact, or the last reading of the state, failed; empty if it did not.
  const QString& trouble() const { return trouble_.isEmpty() ? loginFailure_ : trouble_; }
  // Why the login that this was made with failed, "" if it did not. Stays until somebody has logged in or out.
  const QString& loginFailure() const { return loginFailure_; }

  bool isAdmin() const { return session_ && session_->admin; }
  bool mayChange() const { return session_ && session_->mayChange && !readOnly_; }
  // What stands in the configuration can be changed here.
  bool mayConfigure() const { return mayChange() && hasCapability("editConfig"); }
  bool hasCapability(std::string_view name) const;
  bool isReadOnly() const { return readOnly_; }
  bool isLost() const { return live_.isLost(); }

 signals:
  void sessionChanged();
  void statusChanged();
  // Nobody is logged in (any more), and without that there is nothing to see. `ended`: somebody was.
  void loginNeeded(bool ended);
  // What was read before may be old: read it again.
  void refresh();

 private:
  void tick();
  void readSession();
  void takeSession(larder::apitypes::Session session);
  void readStatus();
  void takeStatus(larder::apitypes::Status status);
  void begin(const Login& login, QObject* owner, std::function<void(std::optional<Failure>)> done);
  void failed(const Failure& failure);

  ApiClient api_;
  LiveStream live_;
  Login login_;
  bool readOnly_;
  bool reading_ = false;
  bool ended_ = false;
  bool loginTried_ = false;
  std::optional<larder::apitypes::Session> session_;
  std::optional<larder::apitypes::Status> status_;
  QDateTime statusAt_;
  QString trouble_;
  QString loginFailure_;
  QTimer timer_;
  QTimer refreshSoon_;
};

}  // namespace console::client
