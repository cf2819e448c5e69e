// Probes, metrics, CORS, request metrics, the access log and the audit log.
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <fstream>
#include <future>
#include <sstream>

#include "api_fixture.hpp"
#include "audit_reader.hpp"
#include "dashboard/assets.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {
namespace {

using auth::Action;
using http::Method;
using SiteTest = ApiTest;

TEST_F(SiteTest, ProbesTellWhetherItIsReady) {
  restrict();  // and need no log-in
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
  registry.health = {registry::StoreHealth::State::ReadOnly, "Cannot write to /secret."};
  EXPECT_EQ(get("/readyz").status, 200);
  registry.health.state = registry::StoreHealth::State::Lost;
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_EQ(std::get<std::string>(get("/readyz").body).find("/secret"), std::string::npos);
  EXPECT_EQ(get("/readyz").status, 503);
  ready = false;
  EXPECT_EQ(get("/livez").status, 200);
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_EQ(get("/startupz").status, 503);
  EXPECT_EQ(send({Method::Post, "/livez"}).status, 405);
}

TEST_F(SiteTest, TurnsAwayInTheFormThatClientsOfThePathUnderstand) {
  http::RequestHead head;
  head.path = "/v2/app/manifests/v1";
  auto oci = handler().refusal(head, 429, "Too many.", std::chrono::seconds(5));
  EXPECT_EQ(oci.status, 429);
  EXPECT_EQ(oci.field("Retry-After"), "5");
  EXPECT_EQ(nlohmann::json::parse(std::get<std::string>(oci.body))["errors"][0]["code"], "TOOMANYREQUESTS");
  EXPECT_EQ(handler().refusal(head, 408, "Too slow.", std::nullopt).status, 408);
  head.path = "/api/v1/session";
  auto problem = handler().refusal(head, 429, "Too many.", std::chrono::seconds(5));
  EXPECT_EQ(problem.status, 429);
  EXPECT_EQ(problem.field("Retry-After"), "5");
  EXPECT_EQ(problem.field("Content-Type"), "application/problem+json");
}

TEST_F(SiteTest, ProbesAreNotLimited) {
  config.http.rateLimit.emplace().rate = 1;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(get("/livez").status, 200);
}

TEST_F(SiteTest, MetricsAreThereWhenEnabled) {
  EXPECT_EQ(get("/metrics").status, 404);
  config.extensions.metrics = {true, "/numbers"};
  handler().reconfigure(policy());
  EXPECT_EQ(get("/numbers").status, 200);
  EXPECT_EQ(get("/metrics").status, 404);
}

TEST_F(SiteTest, FrontPageSaysWhatItIs) {
  auto response = get("/");
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(text(response).find("Larder"), std::string::npos);
  EXPECT_EQ(get("/nothing").status, 404);
}

TEST_F(SiteTest, DashboardCanBeTurnedOff) {
  const std::vector<std::pair<std::string, std::string>> browser{{"Accept", "text/html"}};
  if (!api::embeddedAssets().empty()) EXPECT_EQ(get("/", browser).field("Content-Type"), "text/html; charset=utf-8");
  config.extensions.ui = false;
  handler().reconfigure(policy());
  EXPECT_EQ(get("/", browser).field("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(get("/repositories", browser).status, 404);
}

TEST_F(SiteTest, AllowedOriginsMayRead) {
  config.http.allowOrigin = {"https://ui.example"};
  auto allowed = get("/v2/", {{"Origin", "https://ui.example"}});
  EXPECT_EQ(allowed.field("Access-Control-Allow-Origin"), "https://ui.example");
  EXPECT_EQ(allowed.field("Vary"), "Origin");
  EXPECT_EQ(get("/v2/", {{"Origin", "https://evil.example"}}).field("Access-Control-Allow-Origin"), "");

  auto preflight = send({Method::Options,
                         "/v2/app/manifests/v1",
                         {{"Origin", "https://ui.example"}, {"Access-Control-Request-Method", "DELETE"}}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.field("Access-Control-Allow-Methods"), "GET, HEAD, PUT, DELETE, OPTIONS");
}

TEST_F(SiteTest, AnyOriginGetsNoCredentials) {
  config.http.allowOrigin = {"*"};
  auto response = get("/v2/", {{"Origin", "https://any.example"}});
  EXPECT_EQ(response.field("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(response.field("Access-Control-Allow-Credentials"), "");
}

TEST_F(SiteTest, RepositoryLabelsAreForRepositoriesThatExist) {
  auto finish = [&](const char* target, int status) {
    TestRequest request{Method::Get, target};
    auto head = request.head();
    handler().finished(head, {.requestId = "id", .status = status, .took = std::chrono::milliseconds(1)});
  };
  finish("/v2/team/app/manifests/v1", 200);
  finish("/v2/scan/me/manifests/v1", 404);
  finish("/v2/scan/me/referrers/sha256:0", 200);
  auto exposed = metrics.expose();
  EXPECT_NE(exposed.find("zot_http_repo_latency_seconds_count{repo=\"team/app\"} 1"), std::string::npos);
  EXPECT_EQ(exposed.find("scan/me"), std::string::npos);
}

TEST_F(SiteTest, RepositoryThatComesBackIsCountedAnew) {
  auto finish = [&] {
    TestRequest request{Method::Get, "/v2/app/manifests/v1"};
    auto head = request.head();
    handler().finished(head, {.requestId = "id", .status = 200, .took = std::chrono::milliseconds(1)});
  };
  finish();
  finish();
  metrics.dropLabel("repo", "app");
  EXPECT_EQ(metrics.expose().find("repo=\"app\""), std::string::npos);
  finish();
  EXPECT_NE(metrics.expose().find("zot_http_repo_latency_seconds_count{repo=\"app\"} 1"), std::string::npos);
}

TEST_F(SiteTest, AccessLogNamesTheUser) {
  std::ostringstream log;
  auto usual = spdlog::default_logger();
  auto logger = std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log));
  logger->set_level(spdlog::level::debug);
  spdlog::set_default_logger(logger);
  TestRequest request{Method::Get, "/v2/app/manifests/v1", {{"Authorization", "user alice"}}};
  auto head = request.head();
  handler().finished(head, {.requestId = "a", .user = "alice"});
  handler().finished(head, {.requestId = "b"});
  // Of a certificate anything may be the name.
  handler().finished(head, {.requestId = "c", .user = "x\" status=200\nerror forged"});
  spdlog::set_default_logger(usual);
  EXPECT_NE(log.str().find("request id=a user=\"alice\" method=GET path=/v2/app/manifests/v1 "), std::string::npos);
  EXPECT_NE(log.str().find("request id=b user=\"\" method=GET"), std::string::npos);
  EXPECT_NE(log.str().find("request id=c user=\"x? status=200?error forged\" method=GET"), std::string::npos);
}

TEST_F(SiteTest, AnswersSayWhoAsked) {
  config.extensions.metrics.enable = true;
  EXPECT_EQ(*get("/v2/", {{"Authorization", "user alice"}}).user, "alice");
  EXPECT_EQ(*get("/v2/", {{"Authorization", "slow bob"}}).user, "bob");
  EXPECT_EQ(*get("/v2/").user, "");
  EXPECT_EQ(*get("/metrics", {{"Authorization", "user alice"}}).user, "alice");
  EXPECT_EQ(get("/v2/", {{"Authorization", "wrong"}}).user, nullptr);
  EXPECT_EQ(get("/livez", {{"Authorization", "user alice"}}).user, nullptr);
}

class AuditTest : public ApiTest {
 protected:
  AuditTest() { EXPECT_TRUE(audit.open(path)); }
  std::vector<nlohmann::json> lines() {
    audit.flush();
    std::vector<nlohmann::json> all;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }
  TempDirectory directory;
  std::filesystem::path path = directory.path() / "audit.log";
};

TEST_F(AuditTest, ChangesAndFailedLogInsAreWritten) {
  restrict();
  authorizer->grant("alice", "app", Action::Create);
  send({Method::Put, "/v2/app/manifests/v1", {{"Authorization", "user alice"}}, "{}"});
  send({Method::Delete, "/v2/app/manifests/v1", {{"Authorization", "user alice"}}});
  send({Method::Get, "/v2/app/manifests/v1", {{"Authorization", "user alice"}}});
  send({Method::Get, "/v2/app/manifests/v1", {{"Authorization", "wrong secret"}}});
  auto written = lines();
  ASSERT_EQ(written.size(), 3U);
  EXPECT_EQ(written[0]["action"], "push");
  EXPECT_EQ(written[0]["object"], "app:v1");
  EXPECT_EQ(written[0]["user"], "alice");
  EXPECT_EQ(written[0]["remote"], "192.0.2.1");
  EXPECT_EQ(written[0]["result"], "success");
  EXPECT_EQ(written[1]["action"], "delete");
  EXPECT_EQ(written[1]["result"], "denied");
  EXPECT_EQ(written[2]["action"], "login");
  EXPECT_EQ(written[2]["result"], "denied");
  EXPECT_EQ(written[2].dump().find("secret"), std::string::npos);
}

TEST_F(AuditTest, FailedLogInsNameTheAccountThatTheyAreFor) {
  restrict();
  authenticator->stamps["bob"] = 1;
  // bob:wrong, and a name that nobody has.
  send({Method::Get, "/v2/", {{"Authorization", "Basic Ym9iOndyb25n"}}});
  send({Method::Get, "/v2/", {{"Authorization", "Basic aHVudGVyMjp4"}}});
  auto written = lines();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(written[0]["user"], "");
  EXPECT_EQ(written[0]["tried"], "bob");
  EXPECT_EQ(written[0].dump().find("wrong"), std::string::npos);
  EXPECT_EQ(written[1].dump().find("hunter2"), std::string::npos) << "it may be a password";
}

TEST_F(AuditTest, FailedLogInsAtTheMetricsAreWritten) {
  config.extensions.metrics.enable = true;
  restrict();
  EXPECT_EQ(get("/metrics", {{"Authorization", "wrong secret"}}).status, 401);
  auto written = lines();
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0]["action"], "login");
  EXPECT_EQ(written[0]["object"], "/metrics");
  EXPECT_EQ(written[0]["result"], "denied");
  EXPECT_EQ(written[0].dump().find("secret"), std::string::npos);
}

TEST_F(AuditTest, RotatedFileIsOpenedAnew) {
  audit.record({"a", "", "push", "PUT", "one", 201});
  audit.flush();
  std::filesystem::rename(path, directory.path() / "audit.log.1");
  ASSERT_TRUE(audit.reopen());
  audit.record({"a", "", "push", "PUT", "two", 201});
  auto written = lines();
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0]["object"], "two");
}

TEST_F(AuditTest, CountsWhatRepeatsItself) {
  for (int i = 0; i < 1000; ++i) audit.record({"", "192.0.2.1", "delete", "DELETE", "app:v" + std::to_string(i), 404});
  for (int i = 0; i < 10; ++i) audit.record({"a", "192.0.2.1", "push", "PUT", "app:v" + std::to_string(i), 201});
  auto written = lines();
  ASSERT_EQ(written.size(), 12U);
  EXPECT_EQ(written[0]["object"], "app:v0");
  EXPECT_FALSE(written[0].contains("repeated"));
  EXPECT_EQ(written[10]["object"], "app:v9");
  EXPECT_EQ(written[11]["object"], "app:v999");
  EXPECT_EQ(written[11]["repeated"], 999);
  // And so many kinds, that each of them could fill the file.
  for (int i = 0; i < 5000; ++i) audit.record({"", "10.0." + std::to_string(i), "login", "GET", "/v2/", 401});
  written = lines();
  EXPECT_LT(written.size(), 1100U);
  EXPECT_EQ(written.back()["action"], "audit-lines-lost");
}

TEST_F(AuditTest, CutsWhatIsTooLong) {
  audit.record({std::string(100'000, 'u'), "192.0.2.1", "login", "GET", std::string(100'000, 'o'), 401});
  nlohmann::ordered_json change = std::string(1'000'000, 'c');
  audit.record({"a", "192.0.2.1", "patchConfig", "PATCH", "/config", 200, change, change});
  auto written = lines();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_LT(written[0].dump().size(), 2000U);
  EXPECT_LT(written[1].dump().size(), 2000U);
  EXPECT_NE(written[1]["before"].get<std::string>().find("1000002 bytes"), std::string::npos);
}

// Files of this process may grow to this size, as on a disk that is full.
class FileLimit {
 public:
  explicit FileLimit(std::uint64_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(AuditTest, WhatAFullDiskDoesNotTakeIsWrittenLater) {
  ::signal(SIGXFSZ, SIG_IGN);
  auto change = [&](int i) { audit.record({"a", "192.0.2.1", "patchConfig", "PATCH", "log", 200, i, i + 1}); };
  change(0);
  ASSERT_EQ(lines().size(), 1U);
  auto one = std::filesystem::file_size(path);
  {
    FileLimit full(2 * one + one / 2);
    for (int i = 1; i < 5; ++i) change(i);
    EXPECT_EQ(lines().size(), 2U) << "whole lines alone";
    for (int i = 5; i < 10; ++i) change(i);
    EXPECT_EQ(lines().size(), 2U);
  }
  auto written = lines();
  ASSERT_EQ(written.size(), 10U);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(written[static_cast<std::size_t>(i)]["before"], i);
  EXPECT_NE(metrics.expose().find("larder_audit_lost_total 0"), std::string::npos);
}

TEST_F(AuditTest, CountsWhatIsLostOnAFullDisk) {
  ::signal(SIGXFSZ, SIG_IGN);
  {
    FileLimit full(1);
    for (std::size_t i = 0; i < api::AuditLog::kMaxPending + 7; ++i) {
      audit.record({"a", "192.0.2.1", "patchConfig", "PATCH", "log", 200, i, i + 1});
    }
    audit.flush();
    EXPECT_EQ(std::filesystem::file_size(path), 0U);
  }
  auto written = lines();
  ASSERT_EQ(written.size(), api::AuditLog::kMaxPending + 1);
  EXPECT_EQ(written.back()["action"], "audit-lines-lost");
  EXPECT_EQ(written.back()["count"], 7);
  EXPECT_NE(metrics.expose().find("larder_audit_lost_total 7"), std::string::npos);
}

TEST_F(AuditTest, ALineThatACrashHasTornIsEndedBeforeTheNext) {
  std::ofstream(path, std::ios::app) << R"({"time":"2026)";
  audit.record({"a", "", "push", "PUT", "one", 201});
  audit.flush();
  std::ifstream file(path);
  std::string torn, whole;
  std::getline(file, torn);
  std::getline(file, whole);
  EXPECT_EQ(torn, R"({"time":"2026)");
  EXPECT_EQ(nlohmann::json::parse(whole)["object"], "one");
}

// As the counts of what was repeated are, every 15 s.
TEST_F(AuditTest, TakesEntriesFromThePoolThatWritesThem) {
  std::promise<void> recorded;
  boost::asio::post(threads.blocking(), [&] {
    audit.record({"a", "192.0.2.1", "patchConfig", "PATCH", "log", 200, 1, 2});
    recorded.set_value();
  });
  ASSERT_EQ(recorded.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready)
      << "it waits for itself";
  EXPECT_EQ(lines().size(), 1U);
}

TEST_F(AuditTest, ChangesAreAllNoted) {
  for (int i = 0; i < 3; ++i) audit.record({"a", "192.0.2.1", "patchConfig", "PATCH", "log", 200, i, i + 1});
  EXPECT_EQ(lines().size(), 3U);
}

TEST_F(AuditTest, AFileThatHasGrownIsRenamedAndReadOn) {
  audit.rotateAt(1000, 2);
  for (int i = 0; i < 20; ++i) {
    audit.record({"a", "", "push", "PUT", "app:v" + std::to_string(i), 201});
    audit.flush();
  }
  auto name = [&](const char* end) { return std::filesystem::path(path.string() + end); };
  EXPECT_TRUE(std::filesystem::exists(name(".1")) && std::filesystem::exists(name(".2")));
  EXPECT_FALSE(std::filesystem::exists(name(".3")));
  for (const auto* end : {"", ".1", ".2"}) EXPECT_LE(std::filesystem::file_size(name(end)), 1000U);

  api::AuditQuery query;
  query.limit = 4;
  std::vector<std::string> objects;
  while (true) {
    auto page = api::readAudit(path, query);
    ASSERT_TRUE(page);
    for (const auto& record : page->records) objects.push_back(record.object);
    if (!page->next) break;
    query.before = page->next;
    // A cursor holds whatever is written meanwhile.
    audit.record({"b", "", "push", "PUT", "later:" + std::to_string(objects.size()), 201});
    audit.flush();
  }
  ASSERT_GE(objects.size(), 8U);
  for (std::size_t i = 0; i < objects.size(); ++i) EXPECT_EQ(objects[i], "app:v" + std::to_string(19 - i));
}

TEST_F(AuditTest, AFileThatWasRenamedIsLeftAlone) {
  audit.record({"a", "", "push", "PUT", "one", 201});
  audit.flush();
  std::filesystem::rename(path, directory.path() / "audit.log.moved");
  audit.record({"a", "", "push", "PUT", "two", 201});
  auto written = lines();
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0]["object"], "two");
}

TEST_F(AuditTest, PathThatCannotBeOpenedChangesNothing) {
  auto opened = audit.open(directory.path() / "none" / "audit.log");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Io);
  audit.record({"a", "", "push", "PUT", "still", 201});
  EXPECT_EQ(lines().size(), 1U);
}

TEST_F(AuditTest, EmptyPathTurnsItOff) {
  ASSERT_TRUE(audit.open(""));
  audit.record({"a", "", "push", "PUT", "one", 201});
  EXPECT_TRUE(lines().empty());
}

}  // namespace
}  // namespace larder::test
