// The window against a real daemon: log in, add a mirror, meet somebody else's change, survive a lost daemon.
#include <QAbstractButton>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTableView>

#include "console/app/main_window.hpp"
#include "console/widgets/basics.hpp"
#include "console/widgets/table_view.hpp"
#include "console/widgets/veil.hpp"
#include "larder/apitypes/sync.hpp"
#include "support/larderd.hpp"
#include "support/patience.hpp"
#include "support/prefix_proxy.hpp"
#include "tests.hpp"

using namespace console;
using test::kAdmin;
using test::kPassword;
namespace api = larder::apitypes;

namespace {

constexpr int kPatience = 20'000;

QAbstractButton* button(QWidget* in, const QString& words) {
  for (auto* one : in->findChildren<QAbstractButton*>()) {
    if (one->text() == words && one->isVisible()) return one;
  }
  return nullptr;
}

// The open dialog of this title.
QDialog* dialog(QWidget* window, const QString& title) {
  for (auto* one : window->findChildren<QDialog*>()) {
    if (one->isVisible() && one->windowTitle() == title) return one;
  }
  return nullptr;
}

}  // namespace

class EndToEndTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    if (!test::Larderd::isThere()) QSKIP("$LARDERD names no daemon");
    QVERIFY(daemon_.start());
  }

  void init() {
    window_ = std::make_unique<app::MainWindow>();
    window_->show();
    desktop::Profile profile;
    profile.name = "cache";
    profile.url = daemon_.url().toString();
    profile.user = kAdmin;
    profile.keepPassword = false;
    window_->connectTo(profile, kPassword);
    QTRY_VERIFY_WITH_TIMEOUT(window_->connection()->status() && window_->connection()->isAdmin(), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(window_->connection()->live().state(), client::LiveStream::State::Open, kPatience);
  }
  void cleanup() { window_.reset(); }

  void showsEachScreen() {
    QCOMPARE(window_->screenKeys().size(), 10);
    for (const auto& key : window_->screenKeys()) {
      window_->open(key, {});
      QVERIFY2(window_->screen(key) && window_->screen(key)->isVisible(), qPrintable(key));
    }
  }

  void findsASettingFromAnywhere() {
    QTest::keyClick(window_.get(), Qt::Key_K, Qt::ControlModifier);
    QTRY_VERIFY(window_->findChild<QLineEdit*>("palette"));
    auto* typed = window_->findChild<QLineEdit*>("palette");
    QTest::keyClicks(typed, "garbage interval");
    auto* list = typed->parentWidget()->findChild<QListWidget*>();
    QTRY_VERIFY_WITH_TIMEOUT(list->count() > 0 && list->item(0)->text().contains("storage.gcInterval"), kPatience);
    QTest::keyClick(typed, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(window_->screen("configuration") && window_->screen("configuration")->isVisible(),
                             kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->screen("configuration")->findChild<QLineEdit*>("storage.gcInterval"), kPatience);
  }

  void followsALink() {
    const auto at = [this](const QString& path) {
      auto url = daemon_.url();
      url.setScheme("larder");
      url.setPath(path);
      return url;
    };
    window_->follow(at("/configuration/storage.gcInterval"));
    QVERIFY(window_->screen("configuration") && window_->screen("configuration")->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(window_->screen("configuration")->findChild<QLineEdit*>("storage.gcInterval"), kPatience);
    window_->follow(at("/nothing"));
    QVERIFY(saysSomewhere(window_.get(), "no screen “nothing”"));
    window_->follow(QUrl("larder:nowhere"));
    QVERIFY(saysSomewhere(window_.get(), "no link to a server"));
  }

  void asksBeforeItSpeaksToAnUnknownServer() {
    const auto* before = window_->connection();
    window_->follow(QUrl("larder://elsewhere.example:5000/mirrors"));
    auto* connections = dialog(window_.get(), "Connections");
    QVERIFY(connections);
    QStringList typed;
    for (auto* one : connections->findChildren<QLineEdit*>()) typed << one->text();
    QVERIFY(typed.contains("elsewhere.example:5000"));
    QCOMPARE(window_->connection(), before);
    connections->close();
  }

  void reachesADaemonBelowAPrefix() {
    test::PrefixProxy proxy(daemon_.url(), "/larder");
    window_->follow(QUrl("larder://elsewhere.example"));
    auto* connections = dialog(window_.get(), "Connections");
    QVERIFY(connections);
    for (auto* one : connections->findChildren<QLineEdit*>()) {
      if (one->text() == "elsewhere.example") one->setText(proxy.url().toString() + "/larder/");
      if (one->placeholderText() == "none: anonymous") one->setText(kAdmin);
      if (one->echoMode() == QLineEdit::Password) one->setText(kPassword);
    }
    for (auto* one : connections->findChildren<QCheckBox*>()) one->setChecked(false);
    const auto* before = window_->connection();
    button(connections, "Connect")->click();
    QTRY_VERIFY_WITH_TIMEOUT(window_->connection() != before, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(window_->connection()->status() && window_->connection()->isAdmin(), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(window_->connection()->live().state(), client::LiveStream::State::Open, kPatience);
    QVERIFY(window_->connection()->api().cookieHeader().startsWith("larder_session="));

    // Two caches on a host are told apart by name, and so are links to them.
    const auto place = proxy.url().authority() + "/larder";
    QVERIFY(desktop::Profiles().find(place));
    window_->follow(QUrl("larder://" + place + "/mirrors"));
    QVERIFY(mirrors() && mirrors()->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(button(mirrors(), "Add a mirror")->isEnabled(), kPatience);
    QCOMPARE(proxy.strays(), QByteArrayList());
    window_.reset();
    desktop::Profiles().remove(place);
  }

  void addsAMirrorThatTheDaemonHas() {
    openMirrors();
    QTRY_VERIFY_WITH_TIMEOUT(button(mirrors(), "Add a mirror")->isEnabled(), kPatience);
    button(mirrors(), "Add a mirror")->click();
    QTRY_VERIFY(dialog(window_.get(), "Add a mirror"));
    auto* editor = dialog(window_.get(), "Add a mirror");
    // What is wrong is said beside its field, and nothing is lost.
    editor->findChild<QLineEdit*>("urls")->setText("no-url");
    button(editor, "Add mirror")->click();
    QTRY_VERIFY_WITH_TIMEOUT(saysSomewhere(editor, "Not saved: urls"), kPatience);
    editor->findChild<QLineEdit*>("urls")->setText("https://ghcr.io");
    button(editor, "Add mirror")->click();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog(window_.get(), "Add a mirror"), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(saysSomewhere(window_.get(), "Mirror added"), kPatience);
    const auto rules = rulesOfTheDaemon();
    QCOMPARE(rules.items.size(), std::size_t{1});
    QVERIFY(rules.items.front().config["urls"] == api::Json::array({"https://ghcr.io"}));
  }

  void mergesWithWhatSomebodyElseSaved() {
    openMirrors();
    widgets::TableView* table = nullptr;
    for (auto* one : mirrors()->findChildren<widgets::TableView*>()) {
      if (one->accessibleName() == "Rules") table = one;
    }
    QVERIFY(table);
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 1, kPatience);
    table->selectRow(0);
    QTRY_VERIFY_WITH_TIMEOUT(button(mirrors(), "Edit")->isEnabled(), kPatience);
    button(mirrors(), "Edit")->click();
    QTRY_VERIFY(dialog(window_.get(), "Rule 1"));
    auto* editor = dialog(window_.get(), "Rule 1");
    // Somebody else changes the same setting, and others.
    auto theirs = rulesOfTheDaemon().items.front();
    theirs.config["pollInterval"] = "10m";
    theirs.config["maxRetries"] = 3;
    theirs.config["retryDelay"] = "5m";
    put(theirs);
    QTest::keyClicks(editor->findChild<QLineEdit*>("pollInterval"), "20m");
    button(editor, "Save")->click();
    QTRY_VERIFY_WITH_TIMEOUT(saysSomewhere(editor, "Somebody else saved while you were editing"), kPatience);
    auto* take = button(editor, "Take the merged rule into the form");
    QVERIFY(take && !take->isEnabled());
    QRadioButton* mine = nullptr;
    for (auto* one : editor->findChildren<QRadioButton*>()) {
      if (one->objectName().startsWith("mine:")) mine = one;
    }
    QVERIFY(mine);
    mine->click();
    QVERIFY(take->isEnabled());
    take->click();
    button(editor, "Save")->click();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog(window_.get(), "Rule 1"), kPatience);
    const auto rule = rulesOfTheDaemon().items.front();
    QVERIFY(rule.config["pollInterval"] == "20m");
    QVERIFY(rule.config["maxRetries"] == 3);
  }

  void survivesALostDaemon() {
    window_->open("overview", {});
    auto* screen = window_->screen("overview");
    daemon_.stop();
    QTRY_VERIFY_WITH_TIMEOUT(window_->connection()->isLost(), kPatience);
    QTRY_VERIFY(saysSomewhere(window_.get(), "Next try in"));
    QCOMPARE(window_->screen("overview"), screen);
    // What is shown is old, and looks it; another screen too.
    auto* veil = window_->findChild<widgets::Veil*>();
    QVERIFY(veil && veil->isVisible());
    window_->open("transfers", {});
    QVERIFY(veil->isVisible());
    QCOMPARE(veil->size(), veil->parentWidget()->size());
    QCOMPARE(veil->parentWidget()->children().last(), veil);
  }

 private:
  void openMirrors() { window_->open("mirrors", {}); }
  QWidget* mirrors() { return window_->screen("mirrors"); }

  static bool saysSomewhere(QWidget* in, const QString& words) {
    for (auto* label : in->findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(words)) return true;
    }
    return false;
  }

  template <class T>
  client::Answer<T> wait(const client::Request& request) {
    std::optional<client::Outcome<T>> got;
    window_->connection()->api().send<T>(request, this,
                                         [&got](client::Outcome<T> outcome) { got = std::move(outcome); });
    if (!QTest::qWaitFor([&got] { return got.has_value(); }, kPatience) || !got->has_value()) {
      qFatal("%s: %s", qPrintable(request.path), got ? qPrintable(got->error().message()) : "no answer");
    }
    return std::move(**got);
  }
  api::Page<api::Rule> rulesOfTheDaemon() { return wait<api::Page<api::Rule>>(client::get("/sync/rules")).value; }
  void put(const api::Rule& rule) {
    const auto path = "/sync/rules/" + client::text(rule.id);
    const auto now = wait<api::Rule>(client::get(path));
    wait<api::RuleSaved>(client::put(path, rule.config).match(now.etag));
  }

  test::Larderd daemon_;
  std::unique_ptr<app::MainWindow> window_;
};

std::unique_ptr<QObject> makeEndToEndTest() {
  return std::make_unique<EndToEndTest>();
}

#include "end_to_end_test.moc"
