#include "console/client/live_stream.hpp"

#include <QSignalSpy>

#include "support/live_server.hpp"
#include "support/patience.hpp"
#include "tests.hpp"

using namespace console::client;
using console::test::LiveServer;
namespace api = larder::apitypes;
using std::chrono::milliseconds;

namespace {

// Tries again soon. Silence counts for nothing: the server of most tests says no more than it has to.
const LiveTiming kQuick{.look = milliseconds(10),
                        .slack = milliseconds(20),
                        .giveUp = milliseconds(60'000),
                        .handshake = milliseconds(60'000),
                        .firstWait = milliseconds(20),
                        .longestWait = milliseconds(100),
                        .beat = milliseconds(20'000)};

QByteArray transfer(const char* id, int received) {
  return QByteArray(R"({"id":")") + id +
         R"(","digest":"sha256:aa","repository":"a/b","upstream":"docker.io",)"
         R"("startedAt":"2026-03-01T12:00:00Z","receivedBytes":)" +
         QByteArray::number(received) + R"(,"bytesPerSecond":1,"clients":1,"novel":true})";
}

}  // namespace

class LiveStreamTest : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    server_ = std::make_unique<LiveServer>();
    makeStream(kQuick);
    user_ = std::make_unique<QObject>();
  }
  void cleanup() {
    stream_.reset();
    server_.reset();
  }

  void subscribesAndFollowsChanges() {
    server_->onSubscribe = [this](const QString&) {
      server_->sayItems("snapshot", "transfers", 0, "[" + transfer("1", 10) + "]");
      server_->sayItems("change", "transfers", 1, "[" + transfer("1", 20) + "," + transfer("2", 1) + "]");
    };
    open(api::LiveTopic::Transfers);
    QTRY_COMPARE(updates_.size(), std::size_t{2});
    QVERIFY(updates_[0]->snapshot);
    QVERIFY(!updates_[1]->snapshot);
    const auto& items = std::get<api::LiveItems<api::Transfer>>(updates_[1]->data).items;
    QCOMPARE(items.size(), std::size_t{2});
    QCOMPARE(items[0].receivedBytes, 20u);
    QCOMPARE(server_->socket->request().rawHeader("Cookie"), QByteArray("larder_session=abc"));
  }

  void asksAnewAfterAGap() {
    open(api::LiveTopic::Transfers);
    server_->sayItems("snapshot", "transfers", 0);
    server_->sayItems("change", "transfers", 1);
    server_->sayItems("change", "transfers", 3);
    QTRY_COMPARE(server_->requests,
                 QStringList({"subscribe transfers", "unsubscribe transfers", "subscribe transfers"}));
    // What is still on its way counts for nothing until the new snapshot.
    server_->sayItems("change", "transfers", 4);
    server_->sayItems("snapshot", "transfers", 9);
    server_->sayItems("change", "transfers", 10);
    QTRY_COMPARE(updates_.size(), std::size_t{4});
    QVERIFY(updates_[2]->snapshot);
    QVERIFY(!updates_[3]->snapshot);
  }

  void waitsForTheSnapshotAfterAResync() {
    open(api::LiveTopic::Events);
    server_->sayItems("snapshot", "events", 0);
    server_->say(R"({"type":"resync","topic":"events","seq":1})");
    server_->sayItems("change", "events", 2);
    server_->sayItems("snapshot", "events", 3);
    QTRY_COMPARE(updates_.size(), std::size_t{2});
    QVERIFY(updates_[1]->snapshot);
    QCOMPARE(server_->requests, QStringList({"subscribe events"}));
  }

  void comesBackAfterACut() {
    open(api::LiveTopic::Transfers);
    QSignalSpy back(stream_.get(), &LiveStream::back);
    server_->socket->abort();
    QTRY_COMPARE(back.count(), 1);
    QCOMPARE(stream_->state(), LiveStream::State::Open);
    QVERIFY(states_.contains(LiveStream::State::Lost));
    QVERIFY(triesAgain_);
    QTRY_COMPARE(server_->requests, QStringList({"subscribe transfers", "subscribe transfers"}));
  }

  void waitsLongerEachTime() {
    open(api::LiveTopic::Transfers);
    const auto url = server_->url();
    server_.reset();
    QSignalSpy changed(stream_.get(), &LiveStream::stateChanged);
    QTRY_VERIFY(changed.count() >= 6 && stream_->state() == LiveStream::State::Lost);
    // 20, 40, 80, then 100 at most, and each a fifth more or less.
    QVERIFY(QDateTime::currentDateTimeUtc().msecsTo(stream_->nextTryAt()) <= 120);
  }

  void tellsAFrozenDaemonFromAQuietOne() {
    auto timing = kQuick;
    timing.giveUp = milliseconds(4000);
    timing.beat = milliseconds(200);
    makeStream(timing);
    open(api::LiveTopic::Events);
    QTimer beats;
    connect(&beats, &QTimer::timeout, this,
            [this] { server_->say(R"({"type":"heartbeat","at":"2026-03-01T12:00:00Z","everyMs":200})"); });
    beats.start(40);
    QTest::qWait(1200);
    QTRY_COMPARE(stream_->state(), LiveStream::State::Open);
    QTRY_VERIFY(server_->pings > 2);
    beats.stop();
    QTRY_COMPARE(stream_->state(), LiveStream::State::Silent);
    QVERIFY(stream_->isLost());
    QSignalSpy back(stream_.get(), &LiveStream::back);
    states_.clear();
    server_->say(R"({"type":"pong","at":"2026-03-01T12:00:00Z"})");
    QTRY_COMPARE(back.count(), 1);
    QCOMPARE(states_.value(0), LiveStream::State::Open);
    QCOMPARE(server_->connections, 1);
    // Silent for good: a new connection.
    QTRY_COMPARE(server_->connections, 2);
  }

  void startsAnewAfterGarbage() {
    open(api::LiveTopic::Events);
    server_->say("no JSON");
    QTRY_COMPARE(server_->connections, 2);
  }

  void passesOverWhatItDoesNotKnow() {
    open(api::LiveTopic::Events);
    server_->sayItems("snapshot", "events", 0);
    server_->say(R"({"type":"weather","topic":"clouds","seq":1,"data":7})");
    server_->say(R"({"type":"heartbeat","at":"2026-03-01T12:00:00Z","everyMs":40,"novel":[1]})");
    server_->sayItems("change", "events", 1);
    QTRY_COMPARE(updates_.size(), std::size_t{2});
    QCOMPARE(server_->connections, 1);
  }

  void saysThatItIsRefused() {
    open(api::LiveTopic::Logs);
    QSignalSpy refused(stream_.get(), &LiveStream::refused);
    QSignalSpy ended(stream_.get(), &LiveStream::sessionEnded);
    server_->say(
        R"({"type":"refusal","topic":"logs","problem":{"type":"about:blank","title":"Forbidden","status":403,"detail":"For admins."}})");
    QTRY_COMPARE(refused.count(), 1);
    QCOMPARE(refused.front().at(1).toString(), QString("For admins."));
    QCOMPARE(ended.count(), 0);
    server_->say(
        R"({"type":"closed","topic":"logs","problem":{"type":"about:blank","title":"Forbidden","status":403,"detail":"No more."}})");
    QTRY_COMPARE(ended.count(), 1);
  }

  void saysThatTheSessionEnded() {
    open(api::LiveTopic::Events);
    QSignalSpy ended(stream_.get(), &LiveStream::sessionEnded);
    server_->socket->close(static_cast<QWebSocketProtocol::CloseCode>(4401));
    QTRY_COMPARE(ended.count(), 1);
  }

  void unsubscribesWithItsLastUser() {
    open(api::LiveTopic::Jobs);
    auto other = std::make_unique<QObject>();
    stream_->use(api::LiveTopic::Jobs, other.get());
    user_.reset();
    QTRY_COMPARE(server_->requests.size(), 3);  // the other one's snapshot
    other.reset();
    QTRY_COMPARE(server_->requests.last(), QString("unsubscribe jobs"));
    server_->sayItems("change", "jobs", 1);
    QTest::qWait(20);
    QVERIFY(updates_.empty());
  }

 private:
  void makeStream(const LiveTiming& timing) {
    stream_ = std::make_unique<LiveStream>(
        Endpoint{.url = server_->url(), .caCertificates = {}, .pinnedSha256 = {}},
        [] { return QByteArray("larder_session=abc"); }, nullptr, timing);
    updates_.clear();
    connect(stream_.get(), &LiveStream::received, this, [this](const auto& update) { updates_.push_back(update); });
    states_.clear();
    triesAgain_ = false;
    connect(stream_.get(), &LiveStream::stateChanged, this, [this] {
      states_ << stream_->state();
      triesAgain_ |= stream_->nextTryAt().isValid();
    });
  }
  void open(api::LiveTopic topic) {
    stream_->use(topic, user_.get());
    stream_->start();
    QTRY_COMPARE(stream_->state(), LiveStream::State::Open);
    QTRY_COMPARE(server_->requests.size(), 1);
  }

  std::unique_ptr<LiveServer> server_;
  std::unique_ptr<LiveStream> stream_;
  std::unique_ptr<QObject> user_;
  std::vector<std::shared_ptr<const LiveUpdate>> updates_;
  QList<LiveStream::State> states_;  // all that it was in, however short
  bool triesAgain_ = false;          // and said when
};

std::unique_ptr<QObject> makeLiveStreamTest() {
  return std::make_unique<LiveStreamTest>();
}

#include "live_stream_test.moc"
