// The dialog of connections: groups and their colours, and connecting.
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QSettings>
#include <QSignalSpy>
#include <QtTest>

#include "connect_dialog.hpp"
#include "tests.hpp"

using namespace console;

namespace {

desktop::Profile cache(const QString& name, const QString& group = {}) {
  desktop::Profile profile;
  profile.name = name;
  profile.group = group;
  profile.url = "http://cache:5000";
  return profile;
}

QComboBox* colorOf(const QWidget& dialog) {
  for (auto* one : dialog.findChildren<QComboBox*>()) {
    if (one->accessibleName() == "Colour of the group") return one;
  }
  return nullptr;
}

}  // namespace

class ConnectionsTest : public QObject {
  Q_OBJECT

 private slots:
  void init() { QSettings().remove("profiles"); }
  void cleanup() { QSettings().remove("profiles"); }

  void asksForAColourWhereThereIsAGroup() {
    desktop::Profiles profiles;
    QPointer<app::ConnectDialog> dialog = new app::ConnectDialog(profiles, nullptr);
    QVERIFY(!colorOf(*dialog)->isEnabled());
    delete dialog;
    profiles.save(cache("grouped", "production"));
    profiles.save(cache("alone"));
    dialog = new app::ConnectDialog(profiles, nullptr);
    auto* list = dialog->findChild<QListWidget*>();
    for (const bool grouped : {true, false, true}) {
      list->setCurrentRow(grouped ? 0 : 1);
      QCOMPARE(colorOf(*dialog)->isEnabled(), grouped);
    }
    delete dialog;
  }

  void connectsByReturn() {
    desktop::Profiles profiles;
    profiles.save(cache("eu"));
    QPointer<app::ConnectDialog> dialog = new app::ConnectDialog(profiles, nullptr);
    QSignalSpy chosen(dialog, &app::ConnectDialog::chosen);
    dialog->QWidget::show();
    QTest::keyClick(dialog->focusWidget(), Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
    delete dialog;
  }
};

std::unique_ptr<QObject> makeConnectionsTest() {
  return std::make_unique<ConnectionsTest>();
}

#include "connections_test.moc"
