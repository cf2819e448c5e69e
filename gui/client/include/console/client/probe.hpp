// Tries a connection in stages before it is saved: name, TCP, TLS, log-in, version. Lives on the GUI thread, blocks
// nothing, and ends with its owner.
#pragma once

#include <QObject>
#include <QPointer>
#include <QSslSocket>
#include <QTimer>
#include <optional>

#include "console/client/api_client.hpp"
#include "console/client/connection.hpp"
#include "larder/apitypes/session.hpp"

namespace console::client {

class Probe : public QObject {
  Q_OBJECT

 public:
  enum class Stage { Name, Tcp, Tls, Login, Version };
  Q_ENUM(Stage)
  enum class Result { Passed, Failed, Skipped };
  Q_ENUM(Result)

  Probe(Endpoint endpoint, Login login, QObject* parent = nullptr);
  ~Probe() override;
  void start();

 signals:
  void stage(console::client::Probe::Stage stage, console::client::Probe::Result result, const QString& text);
  // Emitted before the TLS stage fails: it can be agreed to by pinning.
  void untrusted(const console::client::UntrustedCertificate& certificate);
  void finished(bool passed);

 private:
  void connectTo(const QString& host);
  void tryLogin();
  void tryVersion();
  void fail(Stage at, const QString& why);

  Endpoint endpoint_;
  Login login_;
  ApiClient api_;
  QSslSocket socket_;
  QTimer limit_;
  bool connected_ = false;
  bool over_ = false;
};

}  // namespace console::client
