// Takes a picture of each screen, light and dark, to be looked at after a change of how they look, and for the README:
//
//   $LARDER_PICTURES is the directory, $LARDER_DEMO the line of JSON that `python3 -m demo --json` says.
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include "console/app/main_window.hpp"
#include "console/screens/config_file.hpp"
#include "console/widgets/table_view.hpp"
#include "console/widgets/theme.hpp"
#include "support/patience.hpp"
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

  void ofEachScreen_data() { looks(); }
  void ofEachScreen() {
    app::MainWindow window;
    const auto suffix = show(window);
    window.connectTo(demo("demo"), demo_.value("password").toString());
    QTRY_VERIFY_WITH_TIMEOUT(window.connection()->status() && window.connection()->isAdmin(), kConnectMs);
    window.showConnections();
    takeDialog(window, "connections-" + suffix);
    for (const auto& key : window.screenKeys()) {
      window.open(key, {});
      take(window, key + '-' + suffix);
      if (key == "mirrors") {
        table(window, "Rules")->selectRow(0);
        trigger(window, "Rules", "Edit");
        takeDialog(window, "rule-" + suffix);
        trigger(window, "Rules", "Add a mirror");
        takeDialog(window, "mirror-" + suffix);
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

  void ofSeveralServers_data() { looks(); }
  void ofSeveralServers() {
    desktop::Profiles profiles;
    for (const auto& [name, group] : {std::pair{"eu-west", "production"}, std::pair{"us-east", "production"},
                                      std::pair{"staging", "staging"}, std::pair{"gone", "staging"}}) {
      auto profile = demo(name);
      profile.group = group;
      if (profile.name == "gone") profile.url = QStringLiteral("http://127.0.0.1:1");
      profiles.save(profile);
    }
    app::MainWindow window;
    const auto suffix = show(window);
    for (const auto* name : {"eu-west", "us-east"}) {
      window.connectTo(*profiles.find(name), demo_.value("password").toString());
      QTRY_VERIFY_WITH_TIMEOUT(window.connection()->status() && window.connection()->isAdmin(), kConnectMs);
    }
    window.showFleet(true);
    take(window, "fleet-" + suffix);
    QTemporaryDir directory;
    const auto path = directory.filePath("config.json");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"storage": {"rootDirectory": 5}, "http": {"port": "5000", "accessControl": {"repositories": {
      "**": {"anonymousPolicy": ["read"]}}}}, "extensions": {"sync": {"enable": true, "registries": [
      {"urls": ["https:\/\/registry.gitlab.com"], "onDemand": true}]}}})");
    file.close();
    window.follow(QUrl::fromLocalFile(path));
    auto* config = window.findChild<screens::ConfigFile*>();
    QTRY_VERIFY(config->isOpen());
    take(*config, "file-" + suffix);
    window.connectTo(*profiles.find("eu-west"), {});
    for (auto* action : window.findChildren<QAction*>()) {
      if (action->text() == "Co&mpare configurations…") action->trigger();
    }
    QTest::qWait(kSettleMs);
    if (auto* right = window.findChildren<QComboBox*>().last()) right->setCurrentIndex(right->count() - 1);
    QTest::qWait(kSettleMs);
    if (auto* differences = table(window, "Differences")) differences->selectRow(0);
    takeDialog(window, "compare-" + suffix);
    config->setAttribute(Qt::WA_DeleteOnClose, false);
    config->hide();
  }

 private:
  static void looks() {
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    for (const auto& size : {QSize(1280, 720), QSize(1920, 1080)}) {
      for (const bool dark : {false, true}) {
        QTest::addRow("%s-%d", dark ? "dark" : "light", size.width()) << dark << size;
      }
    }
  }
  // What its pictures are called.
  static QString show(QWidget& window) {
    const bool dark = *static_cast<bool*>(QTest::qData("dark", qMetaTypeId<bool>()));
    const auto size = *static_cast<QSize*>(QTest::qData("size", qMetaTypeId<QSize>()));
    widgets::apply(*qApp, dark ? widgets::Theme::Dark : widgets::Theme::Light);
    window.resize(size);
    window.show();
    return QStringLiteral("%1-%2").arg(dark ? "dark" : "light").arg(size.width());
  }
  desktop::Profile demo(const QString& name) const {
    desktop::Profile profile;
    profile.name = name;
    profile.url = demo_.value("url").toString();
    profile.user = demo_.value("user").toString();
    profile.keepPassword = false;
    return profile;
  }
  // Dialogs are windows of their own.
  void takeDialog(app::MainWindow& window, const QString& name) {
    QTest::qWait(kSettleMs);
    for (auto* dialog : window.findChildren<QDialog*>()) {
      if (!dialog->isVisible()) continue;
      QVERIFY(dialog->grab().save(QDir(directory()).filePath(name + ".png")));
      dialog->reject();
    }
    // Some screens have one at a time.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
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
