// The servers that are known, with the test of a connection before it is saved.
#pragma once

#include <QDialog>
#include <QPointer>
#include <functional>
#include <memory>

#include "console/client/probe.hpp"
#include "console/desktop/port_forward.hpp"
#include "console/desktop/profiles.hpp"
#include "console/widgets/basics.hpp"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QGridLayout;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace console::app {

class ConnectDialog : public QDialog {
  Q_OBJECT

 public:
  ConnectDialog(desktop::Profiles& profiles, QWidget* parent);
  // A new connection, to this address.
  void beginWith(const QString& address);

 signals:
  void chosen(const console::desktop::Profile& profile, const QString& password);

 private:
  void fillList(const QString& select);
  void show(const desktop::Profile& profile);
  desktop::Profile typed() const;
  void test(std::function<void()> passed);
  void showStage(client::Probe::Stage stage, client::Probe::Result result, const QString& text);
  void offerPinning(const client::UntrustedCertificate& certificate);
  void loadCertificate();
  bool check();
  bool isForwarded() const;
  void showKind();
  void showColor();
  void probe(const client::Endpoint& endpoint, std::function<void()> passed);
  void saveAndConnect();

  desktop::Profiles& profiles_;
  QPointer<client::Probe> probe_;
  std::unique_ptr<desktop::PortForward> forward_;  // while a connection through it is tested
  QByteArray pinned_, ca_;
  QListWidget* list_;
  QFormLayout* form_;
  QComboBox* kind_;
  QLineEdit *kubeContext_, *kubeNamespace_, *kubeTarget_;
  QSpinBox* kubePort_;
  QCheckBox* kubeTls_;
  QLineEdit *name_, *group_, *url_, *user_, *password_;
  QComboBox* color_;
  QCheckBox *keep_, *production_, *readOnly_;
  QPushButton *test_, *remove_;
  QGridLayout* stages_;
  widgets::Notice* notice_;
};

}  // namespace console::app
