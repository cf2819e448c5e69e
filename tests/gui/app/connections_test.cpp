// The dialog of connections: groups and their colours, and profiles from elsewhere.
#include <QAbstractButton>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QSettings>
#include <QSignalSpy>

#include "connect_dialog.hpp"
#include "profile_transfer.hpp"
#include "support/patience.hpp"
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

  void replacesNothingUnasked() {
    desktop::Profiles profiles;
    profiles.save(cache("eu"));
    profiles.save(cache("us"));
    auto other = cache("eu");
    other.url = "http://elsewhere:5000";
    const desktop::ProfileFile file{.profiles = {other, cache("us"), cache("new")}, .colors = {}};
    QWidget parent;
    parent.show();
    QString said;
    const auto choose = [&]() -> QListWidget* {
      app::chooseProfiles(file, profiles, &parent, [&said](const QString& text, models::Tone) { said = text; });
      return parent.findChild<QListWidget*>();
    };
    auto* list = choose();
    QVERIFY(list);
    QCOMPARE(list->item(0)->checkState(), Qt::Unchecked);
    QVERIFY2(list->item(0)->text().contains("replaces the existing one; differs in: address"),
             qPrintable(list->item(0)->text()));
    QVERIFY(!(list->item(1)->flags() & Qt::ItemIsEnabled));
    QCOMPARE(list->item(2)->checkState(), Qt::Checked);
    submit(parent);
    QCOMPARE(said, QString("1 profile imported. Passwords are asked for on the first connection."));
    QVERIFY(profiles.find("new"));
    QCOMPARE(profiles.find("eu")->url, cache("eu").url);
    QTRY_VERIFY(!parent.findChild<QListWidget*>());
    choose()->item(0)->setCheckState(Qt::Checked);
    submit(parent);
    QCOMPARE(profiles.find("eu")->url, other.url);
  }

 private:
  static void submit(const QWidget& parent) {
    for (auto* button : parent.findChildren<QAbstractButton*>()) {
      if (button->text() == "Import") button->click();
    }
  }
};

std::unique_ptr<QObject> makeConnectionsTest() {
  return std::make_unique<ConnectionsTest>();
}

#include "connections_test.moc"
