// Takes a picture of each screen, light and dark, to be looked at after a change of how they look, and for the README:
//
//   $LARDER_PICTURES is the directory, $LARDER_DEMO the line of JSON that `python3 -m demo --json` says.
#include <QApplication>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "console/app/main_window.hpp"
#include "console/widgets/table_view.hpp"
#include "console/widgets/theme.hpp"
#include "tests.hpp"

using namespace console;

namespace {

constexpr int kConnectMs = 20'000;
constexpr int kSettleMs = 2500;

}  // namespace

class PicturesTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    demo_ = QJsonDocument::fromJson(qgetenv("LARDER_DEMO")).object();
    QVERIFY(QDir().mkpath(directory()));
  }

  void ofEachScreen_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
  }
  void ofEachScreen() {
    QFETCH(bool, dark);
    widgets::apply(*qApp, dark ? widgets::Theme::Dark : widgets::Theme::Light);
    app::MainWindow window;
    window.resize(1280, 720);
    window.show();
    desktop::Profile profile;
    profile.name = QStringLiteral("demo");
    profile.url = demo_.value("url").toString();
    profile.user = demo_.value("user").toString();
    profile.keepPassword = false;
    window.connectTo(profile, demo_.value("password").toString());
    QTRY_VERIFY_WITH_TIMEOUT(window.connection()->status() && window.connection()->isAdmin(), kConnectMs);
    window.showConnections();
    const auto suffix = dark ? QStringLiteral("dark") : QStringLiteral("light");
    takeDialog(window, "connections-" + suffix);
    for (const auto& key : window.screenKeys()) {
      window.open(key, {});
      take(window, key + '-' + suffix);
      if (key == "mirrors") {
        table(window, "Rules")->selectRow(0);
        trigger(window, "Rules", "Edit");
        takeDialog(window, "rule-" + suffix);
      } else if (key == "access") {
        trigger(window, "Users", "Add a user…");
        takeDialog(window, "user-" + suffix);
      }
      if (auto* tabs = window.screen(key)->findChild<QTabWidget*>()) {
        for (int tab = 1; tab < tabs->count(); ++tab) {
          tabs->setCurrentIndex(tab);
          take(window, QStringLiteral("%1-%2-%3").arg(key).arg(tab).arg(suffix));
        }
      } else if (key == "repositories") {
        emit table(window, "Repositories")->opened(0);
        QTest::qWait(kSettleMs);
        table(window, "Tags")->selectRow(0);
        take(window, QStringLiteral("repositories-1-") + suffix);
      } else if (key == "transfers") {
        table(window, "Ended pulls")->selectRow(0);
        take(window, QStringLiteral("transfers-1-") + suffix);
      }
    }
  }

 private:
  // Dialogs are windows of their own.
  void takeDialog(app::MainWindow& window, const QString& name) {
    QTest::qWait(kSettleMs);
    for (auto* dialog : window.findChildren<QDialog*>()) {
      if (!dialog->isVisible()) continue;
      QVERIFY(dialog->grab().save(QDir(directory()).filePath(name + ".png")));
      dialog->reject();
    }
  }
  static void trigger(const QWidget& in, const QString& title, const QString& verb) {
    for (auto* action : table(in, title)->actions()) {
      if (action->text() == verb) action->trigger();
    }
  }
  static widgets::TableView* table(const QWidget& in, const QString& title) {
    for (auto* one : in.findChildren<widgets::TableView*>()) {
      if (one->accessibleName() == title) return one;
    }
    return nullptr;
  }
  static QString directory() { return qEnvironmentVariable("LARDER_PICTURES"); }
  static void take(QWidget& window, const QString& name) {
    QTest::qWait(kSettleMs);
    QVERIFY(window.grab().save(QDir(directory()).filePath(name + ".png")));
  }

  QJsonObject demo_;
};

std::unique_ptr<QObject> makePicturesTest() {
  return std::make_unique<PicturesTest>();
}

#include "pictures_test.moc"
