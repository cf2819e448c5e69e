// The main jobs of an admin by the keyboard alone, against a real larderd.
//
// Nothing is clicked and nothing is set: keys go to the window that has the keyboard, as the system sends them. The
// test looks where the focus is, as its user would, and at what the daemon then has.
#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QCryptographicHash>
#include <QGuiApplication>
#include <QMenu>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QWindow>

#include "console/app/main_window.hpp"
#include "console/widgets/table_view.hpp"
#include "larder/apitypes/access.hpp"
#include "larder/apitypes/config.hpp"
#include "larder/apitypes/repositories.hpp"
#include "larder/apitypes/sync.hpp"
#include "support/larderd.hpp"
#include "support/patience.hpp"
#include "support/scripted_server.hpp"
#include "tests.hpp"

using namespace console;
using test::kAdmin;
using test::kPassword;
namespace api = larder::apitypes;

namespace {

constexpr int kKeyboardPatience = 20'000;
constexpr int kMostTabs = 60;
constexpr int kSlowMs = 2500;
constexpr auto kManifestType = "application/vnd.oci.image.manifest.v1+json";

QByteArray digestOf(const QByteArray& content) {
  return "sha256:" + QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex();
}

// Of one layer of this size.
struct Image {
  QByteArray config = R"({"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}})";
  QByteArray layer;
  QByteArray manifest;
  explicit Image(int size) : layer(size, 'x') {
    const auto describe = [](const QByteArray& type, const QByteArray& content) {
      return R"({"mediaType":")" + type + R"(","digest":")" + digestOf(content) + R"(","size":)" +
             QByteArray::number(content.size()) + "}";
    };
    manifest = QByteArray(R"({"schemaVersion":2,"mediaType":")") + kManifestType + R"(","config":)" +
               describe("application/vnd.oci.image.config.v1+json", config) + R"(,"layers":[)" +
               describe("application/vnd.oci.image.layer.v1.tar+gzip", layer) + "]}";
  }
};

// A registry that takes its time.
test::ScriptedReply slowRegistry(const test::ScriptedRequest& request) {
  static const Image kImage(1000);
  if (request.path() == "/v2/") return {};
  if (request.path().endsWith("/manifests/latest") || request.path().endsWith(digestOf(kImage.manifest))) {
    return {.body = request.method == "HEAD" ? QByteArray() : kImage.manifest,
            .type = kManifestType,
            .headers = {{"Docker-Content-Digest", digestOf(kImage.manifest)}},
            .delayMs = kSlowMs};
  }
  for (const auto& blob : {kImage.config, kImage.layer}) {
    if (request.path().endsWith(digestOf(blob))) return {.body = blob, .type = "application/octet-stream"};
  }
  return {.status = 404, .body = R"({"errors":[]})"};
}

}  // namespace

class KeyboardTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    if (!test::Larderd::isThere()) QSKIP("$LARDERD names no daemon");
    QVERIFY(daemon_.start());
    window_ = std::make_unique<app::MainWindow>();
    window_->show();
    window_->activateWindow();
    desktop::Profile profile;
    profile.name = "cache";
    profile.url = daemon_.url().toString();
    profile.user = kAdmin;
    profile.keepPassword = false;
    window_->connectTo(profile, kPassword);
    QTRY_VERIFY_WITH_TIMEOUT(window_->connection()->status() && window_->connection()->isAdmin(), kKeyboardPatience);
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
  }
  void cleanupTestCase() { window_.reset(); }
  // What a job left open is in nobody's way.
  void cleanup() {
    for (int i = 0; i < 4 && QApplication::activeModalWidget(); ++i) press(Qt::Key_Escape);
  }

  void addsAMirrorWithCredentials() {
    press(Qt::Key_4, Qt::ControlModifier);
    QTRY_COMPARE(table(), QString("Rules"));
    QVERIFY(pressButton("Add a mirror"));
    QTRY_COMPARE_WITH_TIMEOUT(dialog(), QString("Add a mirror"), kKeyboardPatience);
    // Where one begins to type.
    QTRY_COMPARE(field(), QString("urls"));
    type(upstream_.url().toString());
    QVERIFY(goTo("username"));
    type("bot");
    QVERIFY(goTo("password"));
    type("hunter2");
    QVERIFY(goTo("destination"));
    type("/slow");
    press(Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(dialog(), QString(), kKeyboardPatience);
    const auto rules = get<api::Page<api::Rule>>("/sync/rules");
    QCOMPARE(rules.items.size(), std::size_t{1});
    QVERIFY(rules.items.front().hasCredentials);
    const auto credentials = get<api::CredentialList>("/credentials");
    QCOMPARE(credentials.items.front().username, std::string("bot"));
  }

  void addsAUserWhoMayReadSomeRepositories() {
    press(Qt::Key_5, Qt::ControlModifier);
    QVERIFY(goToTable("Users"));
    QVERIFY(pressButton("Add a user…"));
    QTRY_COMPARE_WITH_TIMEOUT(dialog(), QString("Add a user"), kKeyboardPatience);
    QTRY_COMPARE(field(), QString("name"));
    type("carol");
    for (const auto* next : {"password", "again"}) {
      QVERIFY(goTo(next));
      type("correct horse 2");
    }
    press(Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(dialog(), QString(), kKeyboardPatience);
    // Two tabs further.
    press(Qt::Key_Tab, Qt::ControlModifier);
    press(Qt::Key_Tab, Qt::ControlModifier);
    QVERIFY(pressButton("Add a rule…"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog() == "Add a rule", kKeyboardPatience);
    QTRY_COMPARE(field(), QString("repositories"));
    press(Qt::Key_A, Qt::ControlModifier);
    type("team/**");
    QVERIFY(goTo("users"));
    type("carol");
    press(Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(dialog(), QString(), kKeyboardPatience);
    api::AccessQuestion question;
    question.user = "carol";
    question.repository = "team/app";
    question.action = api::Action::Read;
    const auto answer = ask<api::AccessDecision>(client::ask("/access/explain", question));
    QVERIFY(answer.allowed);
    QCOMPARE(answer.glob.value_or(""), std::string("team/**"));
  }

  void findsAndPinsTheBiggestImage() {
    push("team/small", 1000);
    push("team/big", 3'000'000);
    push("team/medium", 200'000);
    press(Qt::Key_3, Qt::ControlModifier);
    QTRY_COMPARE(table(), QString("Repositories"));
    press(Qt::Key_F5);
    QTRY_COMPARE_WITH_TIMEOUT(tableHere()->model()->rowCount(), 3, kKeyboardPatience);
    press(Qt::Key_F10, Qt::ShiftModifier);
    QVERIFY(choose("Sort by"));
    QVERIFY(choose("Size"));
    QTRY_COMPARE_WITH_TIMEOUT(tableHere()->model()->index(0, 0).data().toString(), QString("team/big"),
                              kKeyboardPatience);
    press(Qt::Key_Home, Qt::ControlModifier);
    press(Qt::Key_Return);
    QTRY_COMPARE(table(), QString("Tags"));
    QTRY_COMPARE_WITH_TIMEOUT(tableHere()->model()->rowCount(), 1, kKeyboardPatience);
    press(Qt::Key_Down);
    QVERIFY(pressButton("Pin"));
    QTRY_VERIFY_WITH_TIMEOUT(isPinned("team/big"), kKeyboardPatience);
    // And back to the list.
    press(Qt::Key_Left, Qt::AltModifier);
    QTRY_COMPARE(table(), QString("Repositories"));
  }

  void undoesYesterdaysChange() {
    // Somebody's change of two settings, and a later one of another.
    for (const auto* change : {R"({"http": {"realm": "yesterday"}})", R"({"log": {"level": "debug"}})"}) {
      client::Request request = client::patch("/config", *parsed(change));
      ask<api::ConfigSaved>(request.match("*"));
    }
    press(Qt::Key_6, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(
        QApplication::focusWidget() && window_->screen("configuration")->isAncestorOf(QApplication::focusWidget()),
        kKeyboardPatience);
    press(Qt::Key_Tab, Qt::ControlModifier);
    press(Qt::Key_Tab, Qt::ControlModifier);
    QVERIFY(goToTable("Revisions"));
    QTRY_VERIFY_WITH_TIMEOUT(tableHere()->model()->rowCount() > 2, kKeyboardPatience);
    press(Qt::Key_Home, Qt::ControlModifier);
    press(Qt::Key_Down);
    QVERIFY(pressButton("Revert this change…"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog().startsWith("Revert the change of revision"), kKeyboardPatience);
    QVERIFY(pressButton("Revert this change"));
    QTRY_COMPARE_WITH_TIMEOUT(dialog(), QString(), kKeyboardPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!written()["http"].contains("realm"), kKeyboardPatience);
    QVERIFY(written()["log"]["level"] == "debug");
  }

  void findsOutWhyAPullIsSlow() {
    QCOMPARE(registry("GET", "/v2/slow/library/app/manifests/latest", {}, {}), 200);
    press(Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE(table(), QString("Running downloads"));
    press(Qt::Key_F, Qt::ControlModifier);
    QCOMPARE(QApplication::focusWidget()->accessibleName(), QString("Search images"));
    type("library/app");
    press(Qt::Key_Return);
    QTRY_COMPARE(table(), QString("Ended pulls"));
    QTRY_COMPARE_WITH_TIMEOUT(tableHere()->model()->rowCount(), 1, kKeyboardPatience);
    press(Qt::Key_Home);
    QTRY_VERIFY_WITH_TIMEOUT(says("Longest time to first byte: 2."), kKeyboardPatience);
  }

 private:
  // Where keys go. A window manager gives the keyboard back to who had it before a dialog; here there is none.
  QWindow* keyboardWindow() {
    if (auto* popup = QApplication::activePopupWidget()) return popup->windowHandle();
    // Asked for until it is had: a dialog that was about to close does not take it.
    const auto isHad = [this] {
      if (QGuiApplication::focusWindow()) return true;
      auto* modal = QApplication::activeModalWidget();
      (modal ? modal : window_.get())->activateWindow();
      return false;
    };
    if (!QTest::qWaitFor(isHad, kKeyboardPatience)) qFatal("nobody has the keyboard");
    return QGuiApplication::focusWindow();
  }
  void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
    QTest::keyClick(keyboardWindow(), key, modifiers);
    QCoreApplication::processEvents();
  }
  void type(const QString& text) {
    for (const auto letter : text.toLatin1()) QTest::keyClick(keyboardWindow(), letter);
    QCoreApplication::processEvents();
  }

  // What has the focus.
  static QString field() { return QApplication::focusWidget() ? QApplication::focusWidget()->objectName() : QString(); }
  static widgets::TableView* tableHere() { return qobject_cast<widgets::TableView*>(QApplication::focusWidget()); }
  static QString table() { return tableHere() ? tableHere()->accessibleName() : QString(); }
  static QString dialog() {
    const auto* modal = QApplication::activeModalWidget();
    return modal ? modal->windowTitle() : QString();
  }

  // By Tab, as often as it takes to come round.
  template <class There>
  bool tabTo(const There& isThere) {
    for (int i = 0; i < kMostTabs; ++i) {
      if (QApplication::focusWidget() && isThere(QApplication::focusWidget())) return true;
      press(Qt::Key_Tab);
    }
    return false;
  }
  bool goTo(const QString& name) {
    return tabTo([&name](QWidget* one) { return one->objectName() == name; });
  }
  bool goToTable(const QString& name) {
    return tabTo(
        [&name](QWidget* one) { return qobject_cast<widgets::TableView*>(one) && one->accessibleName() == name; });
  }
  bool pressButton(const QString& words) {
    const auto isIt = [&words](QWidget* one) {
      const auto* button = qobject_cast<QAbstractButton*>(one);
      return button && button->text().remove('&') == words;
    };
    // It may have to wait until what it is for is read.
    if (!QTest::qWaitFor([&] { return tabTo(isIt); }, kKeyboardPatience)) return false;
    press(Qt::Key_Space);
    return true;
  }
  bool choose(const QString& words) {
    for (int i = 0; i < kMostTabs; ++i) {
      const auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
      if (!menu) return false;
      if (menu->activeAction() && menu->activeAction()->text().remove('&') == words) {
        press(menu->activeAction()->menu() ? Qt::Key_Right : Qt::Key_Return);
        return true;
      }
      press(Qt::Key_Down);
    }
    return false;
  }
  bool says(const QString& words) const {
    for (const auto* label : window_->findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(words)) return true;
    }
    return false;
  }

  // What the daemon has.
  template <class T>
  T ask(const client::Request& request) {
    std::optional<client::Outcome<T>> got;
    window_->connection()->api().send<T>(request, this,
                                         [&got](client::Outcome<T> outcome) { got = std::move(outcome); });
    if (!QTest::qWaitFor([&got] { return got.has_value(); }, kKeyboardPatience) || !got->has_value()) {
      qFatal("%s: %s", qPrintable(request.path), got ? qPrintable(got->error().message()) : "no answer");
    }
    return std::move((*got)->value);
  }
  template <class T>
  T get(const QString& path) {
    return ask<T>(client::get(path));
  }
  api::Json written() { return get<api::ConfigState>("/config").written; }
  bool isPinned(const QString& repository) {
    auto request = client::get("/tags");
    const auto tags = ask<api::Page<api::Tag>>(request.with("repository", repository));
    return !tags.items.empty() && tags.items.front().pinned;
  }
  static std::optional<api::Json> parsed(const char* json) {
    auto value = api::decode<api::Json>(json);
    return value ? std::optional(std::move(*value)) : std::nullopt;
  }

  // As a container client does. The status of the answer.
  int registry(const QByteArray& method, const QString& path, const QByteArray& type, const QByteArray& body) {
    auto url = daemon_.url();
    url.setPath(path.section('?', 0, 0));
    url.setQuery(path.section('?', 1));
    QNetworkRequest request(url);
    request.setRawHeader("Authorization", "Basic " + (kAdmin + ':' + kPassword).toUtf8().toBase64());
    request.setRawHeader("Accept", kManifestType);
    if (!type.isEmpty()) request.setHeader(QNetworkRequest::ContentTypeHeader, type);
    const std::unique_ptr<QNetworkReply> reply(network_.sendCustomRequest(request, method, body));
    if (!QTest::qWaitFor([&reply] { return reply->isFinished(); }, kKeyboardPatience)) return 0;
    return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  }
  void push(const QString& name, int size) {
    const Image image(size);
    for (const auto& blob : {image.config, image.layer}) {
      const auto path = "/v2/" + name + "/blobs/uploads/?digest=" + QString::fromLatin1(digestOf(blob));
      QCOMPARE(registry("POST", path, "application/octet-stream", blob), 201);
    }
    QCOMPARE(registry("PUT", "/v2/" + name + "/manifests/latest", kManifestType, image.manifest), 201);
  }

  test::Larderd daemon_;
  test::ScriptedServer upstream_{&slowRegistry};
  QNetworkAccessManager network_;
  std::unique_ptr<app::MainWindow> window_;
};

std::unique_ptr<QObject> makeKeyboardTest() {
  return std::make_unique<KeyboardTest>();
}

#include "keyboard_test.moc"
