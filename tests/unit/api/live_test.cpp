#include <thread>

#include "api_fixture.hpp"
#include "live/hub.hpp"
#include "live/viewer.hpp"
#include "services.hpp"

namespace larder::test {
namespace {

using api::live::Topic;
using api::live::Viewer;
using nlohmann::json;
using namespace std::chrono_literals;

class LiveTest : public ApiTest {
 protected:
  api::Services& services() {
    if (!services_) services_ = std::make_unique<api::Services>(parts(), policy());
    return *services_;
  }
  std::shared_ptr<Viewer> watch(std::vector<std::string> topics, bool admin = true) {
    api::admin::Caller caller;
    caller.identity = std::make_shared<auth::Identity>();
    caller.reads = caller.open = caller.seesFigures = true;
    caller.admin = caller.changes = admin;
    caller.hasToken = admin;
    return watchAs(caller, std::move(topics));
  }
  std::shared_ptr<Viewer> watchAs(const api::admin::Caller& caller, std::vector<std::string> topics) {
    auto mayRead = [](const std::string& repository) { return repository == "open/app"; };
    auto viewer =
        std::make_shared<Viewer>(services().live, api::live::Rights{services().policy.load(), caller, mayRead});
    EXPECT_TRUE(services().live->add(viewer, runtime::ClientNetwork::of("192.0.2.1")));
    for (const auto& topic : topics) viewer->received(json{{"type", "subscribe"}, {"topic", topic}}.dump());
    return viewer;
  }
  void tick(std::chrono::milliseconds later = 1000ms) {
    clock.advance(later);
    services().live->tick();
  }
  // Everything that would be sent now; heartbeats are counted. States are made on the blocking pool.
  std::vector<json> messages(Viewer& viewer) {
    std::vector<json> all;
    auto next = [&] {
      auto message = viewer.take();
      while (!message && threads.get().blockingLoad().tasks > 0) std::this_thread::yield();
      return message ? std::move(message) : viewer.take();
    };
    while (auto message = next()) {
      auto parsed = json::parse(message->prefix + message->text->plain());
      if (parsed["type"] == "heartbeat") {
        ++beats_;
      } else {
        all.push_back(std::move(parsed));
      }
    }
    return all;
  }
  void publish(const std::string& type, const std::string& repository = "") {
    events.publish({clock.now(), telemetry::Severity::Info, type, "It happened.", "", repository});
  }
  registry::Transfer transfer(const std::string& id, const std::string& repository) {
    registry::Transfer one;
    one.id = id;
    one.digest = Digest::of(id);
    one.repository = repository;
    return one;
  }

  std::unique_ptr<api::Services> services_;
  int beats_ = 0;
};

TEST_F(LiveTest, BeatsOnEachSocketEvery2SecondsWhateverIsSubscribed) {
  auto viewer = watch({});
  for (int i = 0; i < 10; ++i) {
    tick();
    EXPECT_TRUE(messages(*viewer).empty());
  }
  EXPECT_EQ(beats_, 5);
  // Of those that a viewer could not take, one is enough.
  for (int i = 0; i < 10; ++i) tick();
  messages(*viewer);
  EXPECT_EQ(beats_, 6);
}

TEST_F(LiveTest, LetsNoNetworkTakeAllPlacesAndKeepsSomeForAdmins) {
  std::vector<std::shared_ptr<Viewer>> kept;
  auto open = [&](const std::string& address, bool admin) {
    api::admin::Caller caller;
    caller.identity = std::make_shared<auth::Identity>();
    caller.reads = caller.open = true;
    caller.admin = admin;
    auto viewer = std::make_shared<Viewer>(services().live, api::live::Rights{services().policy.load(), caller, {}});
    if (!services().live->add(viewer, runtime::ClientNetwork::of(address))) return false;
    kept.push_back(std::move(viewer));
    return true;
  };
  auto flood = [&](const std::string& address, bool admin = false) {
    std::size_t opened = 0;
    while (opened < 3000 && open(address, admin)) ++opened;
    return opened;
  };
  EXPECT_EQ(flood("192.0.2.1"), 900U) << "half of what is not kept for admins";
  EXPECT_TRUE(open("198.51.100.1", false)) << "there is room for others";
  EXPECT_TRUE(open("192.0.2.1", true)) << "and for an admin at the same address";
  for (int i = 2; i < 30; ++i) flood("192.0.2." + std::to_string(i));
  EXPECT_FALSE(open("198.51.100.2", false));
  EXPECT_TRUE(open("198.51.100.2", true));
  flood("198.51.100.2", true);
  EXPECT_TRUE(open("198.51.100.3", true)) << "nor does one admin take all that is kept for them";
  EXPECT_LE(kept.size(), api::live::Hub::kMostViewers);
  kept.clear();
  EXPECT_EQ(flood("192.0.2.1"), 900U) << "places are given back";
}

TEST_F(LiveTest, AnswersAPing) {
  auto viewer = watch({});
  viewer->received(R"({"type":"ping","id":"7"})");
  auto answers = messages(*viewer);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0]["type"], "pong");
  EXPECT_EQ(answers[0]["id"], "7");
  EXPECT_TRUE(answers[0].contains("at"));
  viewer->received(json{{"type", "ping"}, {"id", std::string(65, 'x')}}.dump());
  ASSERT_TRUE(viewer->closing());
  EXPECT_EQ(viewer->closing()->code, 4400);
}

TEST_F(LiveTest, ShowsNoFiguresToWhoMayNotReadTheMetrics) {
  api::admin::Caller caller;
  caller.identity = std::make_shared<auth::Identity>();
  caller.reads = caller.open = true;
  auto viewer = watchAs(caller, {"metrics", "upstreams", "transfers"});
  auto answers = messages(*viewer);
  ASSERT_EQ(answers.size(), 3U);
  for (const auto& answer : answers) {
    EXPECT_EQ(answer["type"] == "refusal", answer["topic"] != "transfers") << answer.dump();
  }
}

TEST_F(LiveTest, TellsReadersTooWhenAnUpstreamChangesItsState) {
  upstream::UpstreamStatus one, other;
  one.host = "ghcr.io";
  other.host = "quay.io";
  registry.syncService.health = {one, other};
  tick();
  auto viewer = watch({"upstreams"}, false);
  EXPECT_EQ(messages(*viewer).at(0)["data"]["items"][0]["state"], "neverContacted");
  tick();
  EXPECT_TRUE(messages(*viewer).empty());
  registry.syncService.health[0].lastError = "It is away.";
  tick();
  auto change = messages(*viewer).at(0)["data"]["items"];
  ASSERT_EQ(change.size(), 1u);
  EXPECT_EQ(change[0]["host"], "ghcr.io");
  EXPECT_EQ(change[0]["state"], "down");
  auto since = change[0]["since"];
  registry.syncService.health[1].lastError = "It refuses its credentials.";
  registry.syncService.health[1].loginRefused = true;
  tick();
  change = messages(*viewer).at(0)["data"]["items"];
  EXPECT_EQ(change[0]["state"], "denied");
  EXPECT_EQ(change[0]["lastError"], "It refuses its credentials.");
  // An outage begins with its first failure, whatever the breaker does then.
  registry.syncService.health[0].breaker = upstream::BreakerState::HalfOpen;
  tick();
  change = messages(*viewer).at(0)["data"]["items"];
  EXPECT_EQ(change[0]["state"], "recovering");
  EXPECT_EQ(change[0]["since"], since);
}

TEST_F(LiveTest, SendsWhatIsThereAndThenWhatChanges) {
  publish("before");
  tick();
  auto viewer = watch({"events"});
  publish("config.changed");
  auto first = messages(*viewer);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0]["type"], "snapshot");
  EXPECT_EQ(first[0]["topic"], "events");
  EXPECT_EQ(first[0]["seq"], 0);
  // What no tick has seen yet comes with the next one, and once.
  ASSERT_EQ(first[0]["data"]["items"].size(), 1u);
  tick();
  auto then = messages(*viewer);
  ASSERT_EQ(then.size(), 1u);
  EXPECT_EQ(then[0]["type"], "change");
  EXPECT_EQ(then[0]["seq"], 1);
  EXPECT_EQ(then[0]["data"]["items"][0]["kind"], "config.changed");
}

TEST_F(LiveTest, SendsMetricsEachSecond) {
  auto requests = metrics.counter("zot_http_requests_total", "Requests, by method and status.",
                                  {{"method", "GET"}, {"code", "200"}});
  tick();
  auto viewer = watch({"metrics"});
  auto snapshot = messages(*viewer).at(0)["data"];
  EXPECT_EQ(snapshot["range"], "10m");
  EXPECT_EQ(snapshot["stepMs"], 1000);
  EXPECT_EQ(snapshot["series"][0]["key"], "requestsPerSecond");
  requests->add(5);
  tick();
  tick(250ms);
  auto changes = messages(*viewer);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0]["data"]["values"]["requestsPerSecond"], 5);
}

TEST_F(LiveTest, TellsWhichTransfersChangedAndEnded) {
  registry.transferService.running = {transfer("1", "open/app"), transfer("2", "secret/app")};
  auto admin = watch({"transfers"});
  auto reader = watch({"transfers"}, false);
  tick();
  EXPECT_EQ(messages(*admin).at(0)["data"]["items"].size(), 2u);
  EXPECT_EQ(messages(*reader).at(0)["data"]["items"].size(), 1u);
  registry.transferService.running.front().received = 10;
  tick();
  EXPECT_EQ(messages(*admin).at(0)["data"]["items"][0]["receivedBytes"], 10);
  registry.transferService.running.clear();
  messages(*reader);
  tick();
  EXPECT_EQ(messages(*admin).at(0)["data"]["ended"], (json{"1", "2"}));
  EXPECT_EQ(messages(*reader).at(0)["data"]["ended"], json{"1"});
}

TEST_F(LiveTest, ShowsReadersNoMoreThanTheyMayRead) {
  auto reader = watch({"events", "jobs", "logs"}, false);
  auto refusals = messages(*reader);
  ASSERT_EQ(refusals.size(), 3u);
  EXPECT_EQ(refusals[0]["type"], "refusal");
  EXPECT_EQ(refusals[0]["problem"]["status"], 403);
  EXPECT_EQ(refusals[2]["type"], "snapshot");
  publish("user.changed");
  publish("transfer.failed", "secret/app");
  tick();
  EXPECT_TRUE(messages(*reader).empty());
  publish("transfer.failed", "open/app");
  tick();
  EXPECT_EQ(messages(*reader).at(0)["data"]["items"].size(), 1u);
}

TEST_F(LiveTest, SendsTheStateAnewToWhoFellBehind) {
  auto viewer = watch({"events"});
  messages(*viewer);
  for (std::size_t i = 0; i < 10 * Viewer::kMostWaiting; ++i) {
    publish("event " + std::to_string(i));
    tick();
  }
  auto then = messages(*viewer);
  ASSERT_EQ(then.size(), 2u);
  EXPECT_EQ(then[0]["type"], "resync");
  EXPECT_EQ(then[0]["seq"], 1);
  EXPECT_EQ(then[1]["type"], "snapshot");
  EXPECT_EQ(then[1]["seq"], 2);
  EXPECT_EQ(then[1]["data"]["items"].back()["kind"], "event " + std::to_string(10 * Viewer::kMostWaiting - 1));
}

TEST_F(LiveTest, HoldsNoMoreBytesThanItSaysForWhoFellBehind) {
  auto viewer = watch({"logs"});
  messages(*viewer);
  const std::string line(telemetry::LogTail::kMaxBytes, 'x');
  for (int second = 0; second < 4; ++second) {
    for (std::size_t i = 0; i < 500; ++i) logs.add({clock.now(), "info", line});
    tick();
  }
  // Two messages of half a megabyte each did not fit beside each other.
  auto then = messages(*viewer);
  ASSERT_EQ(then.size(), 2u);
  EXPECT_EQ(then[0]["type"], "resync");
  EXPECT_EQ(then[1]["type"], "snapshot");
  EXPECT_EQ(then[1]["data"]["items"].size(), 100u);
}

TEST_F(LiveTest, KeepsLogLinesBelowTheLevelBack) {
  auto viewer = watch({});
  viewer->received(R"({"type":"subscribe","topic":"logs","level":"warn"})");
  messages(*viewer);
  logs.add({clock.now(), "info", "nothing"});
  logs.add({clock.now(), "warn", "something"});
  tick();
  auto then = messages(*viewer);
  ASSERT_EQ(then.size(), 1u);
  EXPECT_EQ(then[0]["data"]["items"].size(), 1u);
  EXPECT_EQ(then[0]["data"]["items"][0]["text"], "something");
}

TEST_F(LiveTest, StopsAtAnUnsubscribe) {
  auto viewer = watch({"jobs"});
  messages(*viewer);
  viewer->received(R"({"type":"unsubscribe","topic":"jobs"})");
  threads.run(registry.jobService.start(registry::JobKind::Gc, "alice"));
  tick();
  EXPECT_TRUE(messages(*viewer).empty());
}

TEST_F(LiveTest, EndsForWhatIsNoMessage) {
  for (const auto* text : {"", "{", "[]", R"({"type":"subscribe","topic":"secrets"})", R"({"type":"shout"})",
                           R"({"type":"subscribe","topic":"jobs","more":"x"})", "{\"type\":\"\xff\"}"}) {
    auto viewer = watch({});
    viewer->received(text);
    ASSERT_TRUE(viewer->closing()) << text;
    EXPECT_EQ(viewer->closing()->code, 4400);
  }
}

TEST_F(LiveTest, EndsWithTheSession) {
  auto viewer = watch({"metrics"});
  tick(2000ms);
  EXPECT_FALSE(viewer->closing());
  // Somebody can log in from now on: an address is no admin any more.
  config.http.auth.htpasswdPath = "htpasswd";
  services().policy.store(std::make_shared<const api::PolicyState>(policy()));
  tick(2000ms);
  ASSERT_TRUE(viewer->closing());
  EXPECT_EQ(viewer->closing()->code, 4401);
}

// Users with passwords, the way that whoever uses Basic is known.
class LiveRightsTest : public LiveTest {
 protected:
  LiveRightsTest() {
    config.http.auth.htpasswdPath = "htpasswd";
    authenticator->stamps["alice"] = 1;
    authorizer->admins = {"alice"};
  }
  std::shared_ptr<Viewer> watchAsAlice(std::vector<std::string> topics) {
    api::admin::Caller caller;
    caller.identity = std::make_shared<auth::Identity>(auth::Identity{"alice", {}});
    caller.accountStamp = 1;
    caller.reads = caller.admin = caller.changes = true;
    return watchAs(caller, std::move(topics));
  }
  // Another policy from now on, as after a reload.
  void reload() {
    authorizer = std::make_shared<FakeAuthorizer>(*authorizer);
    services().policy.store(std::make_shared<const api::PolicyState>(policy()));
  }
};

TEST_F(LiveRightsTest, ClosesTopicsThatAreLost) {
  auto viewer = watchAsAlice({"events", "jobs", "logs"});
  tick();
  messages(*viewer);
  reload();
  tick(250ms);
  EXPECT_TRUE(messages(*viewer).empty()) << "nothing has changed for an admin";

  authorizer->everything = false;
  authorizer->admins.clear();
  authorizer->grant("alice", "open/app", auth::Action::Read);
  reload();
  publish("user.changed");
  publish("transfer.failed", "open/app");
  logs.add({clock.now(), "info", "secret"});
  threads.run(registry.jobService.start(registry::JobKind::Gc, "root"));
  tick(250ms);
  auto then = messages(*viewer);
  ASSERT_EQ(then.size(), 4U);
  EXPECT_EQ(then[0]["type"], "closed");
  EXPECT_EQ(then[0]["topic"], "jobs");
  EXPECT_EQ(then[1]["type"], "closed");
  EXPECT_EQ(then[1]["topic"], "logs");
  EXPECT_EQ(then[1]["problem"]["status"], 403);
  // What they may still watch shows what they may still read.
  EXPECT_EQ(then[2]["type"], "resync");
  EXPECT_EQ(then[3]["type"], "snapshot");
  ASSERT_EQ(then[3]["data"]["items"].size(), 1U);
  EXPECT_EQ(then[3]["data"]["items"][0]["kind"], "transfer.failed");
  EXPECT_FALSE(viewer->closing());
  viewer->received(R"({"type":"subscribe","topic":"logs"})");
  EXPECT_EQ(messages(*viewer).at(0)["type"], "refusal");
}

TEST_F(LiveRightsTest, ShowNothingMoreOnceTheyAreTaken) {
  auto viewer = watchAsAlice({"logs"});
  logs.add({clock.now(), "info", "secret"});
  // The snapshot is asked for before any tick has seen the new policy.
  authorizer->admins.clear();
  reload();
  auto then = messages(*viewer);
  ASSERT_EQ(then.size(), 1U);
  EXPECT_EQ(then[0]["type"], "closed");
}

TEST_F(LiveRightsTest, EndWithTheAccountThatWasShownByBasic) {
  for (auto change : {+[](FakeAuthenticator& users) { users.stamps["alice"] = 2; },
                      +[](FakeAuthenticator& users) { users.stamps.clear(); }}) {
    authenticator->stamps["alice"] = 1;
    auto viewer = watchAsAlice({"logs"});
    tick(2000ms);
    ASSERT_FALSE(viewer->closing());
    change(*authenticator);
    reload();
    tick(250ms);
    ASSERT_TRUE(viewer->closing());
    EXPECT_EQ(viewer->closing()->code, 4401);
  }
}

TEST_F(LiveRightsTest, DoNotKeepAnIdleSessionAlive) {
  auto id = services().sessions.begin("alice", 1, clock.steady());
  api::admin::Caller caller;
  caller.identity = std::make_shared<auth::Identity>(auth::Identity{"alice", {}});
  caller.sessionId = id;
  caller.accountStamp = 1;
  caller.reads = caller.admin = caller.changes = true;
  auto viewer = watchAs(caller, {"metrics"});
  for (auto idle = 0s; idle < api::admin::Sessions::kIdle; idle += 600s) {
    ASSERT_FALSE(viewer->closing());
    tick(600s);
  }
  ASSERT_TRUE(viewer->closing());
  EXPECT_EQ(viewer->closing()->code, 4401);
}

}  // namespace
}  // namespace larder::test
