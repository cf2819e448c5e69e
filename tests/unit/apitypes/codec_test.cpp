#include "larder/apitypes/codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "larder/apitypes/access.hpp"
#include "larder/apitypes/activity.hpp"
#include "larder/apitypes/config.hpp"
#include "larder/apitypes/live.hpp"
#include "larder/apitypes/node_setup.hpp"
#include "larder/apitypes/repositories.hpp"
#include "larder/apitypes/session.hpp"
#include "larder/apitypes/storage.hpp"
#include "larder/apitypes/sync.hpp"

namespace larder::apitypes {
namespace {

template <class T>
std::string again(const std::string& text) {
  auto content = decode<T>(text);
  return content ? encode(*content) : "failed: " + content.error().message;
}

// Of text that a client reads: where it is wrong.
template <class T>
std::string faultOf(const std::string& text) {
  auto content = decode<T>(text);
  return content ? "none" : content.error().where + ": " + content.error().message;
}

// Of what a daemon is sent.
template <class T>
std::vector<InputError> faultsOf(const std::string& text) {
  std::vector<InputError> faults;
  decode<T>(Json::parse(text), faults);
  return faults;
}

TEST(Json, LeavesOutWhatIsNotSet) {
  EXPECT_EQ(encode(InputError{"password", "is missing", {}}), R"({"path":"password","message":"is missing"})");
}

TEST(Json, WritesNullWhereTheSchemaWantsTheMember) {
  Session session;
  auto json = Json::parse(encode(session));
  EXPECT_TRUE(json.at("user").is_null());
  EXPECT_TRUE(json.at("csrfToken").is_null());
}

TEST(Json, TakesNullAsLeftOut) {
  auto error = decode<InputError>(R"({"path":"a","message":"b","hint":null})");
  ASSERT_TRUE(error) << error.error().message;
  EXPECT_FALSE(error->hint);
}

TEST(Json, TakesNoNullForATextInARequest) {
  std::vector<InputError> faults;
  auto text = Json::parse(R"({"path":"a","message":"b","hint":null})");
  decode<InputError>(text, faults);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].path, "hint");
}

TEST(Json, ReadsOverAnOldValue) {
  InputError error{"a", "b", "c"};
  auto json = Json::parse(R"({"path":"a","message":"b"})");
  Reader(json, Reader::Side::Client).value(error);
  EXPECT_FALSE(error.hint);
}

TEST(Json, PassesOverUnknownMembers) {
  auto pin = decode<Pin>(R"({"repository":"a","reference":"b","since":{"x":[1]}})");
  ASSERT_TRUE(pin) << pin.error().message;
  EXPECT_EQ(pin->reference, "b");
}

TEST(Json, TakesUnknownWordsAsUnknown) {
  auto job = decode<NewJob>(R"({"kind":"defragment"})");
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_EQ(job->kind, StartableJob::Unknown);
}

TEST(Json, TellsWhereTheTextIsWrong) {
  EXPECT_EQ(faultOf<Page<Pin>>(R"({"items":[{"repository":"a","reference":"b"},{"repository":1}],"total":2})"),
            "items[1].repository: This must be a string.");
  EXPECT_EQ(faultOf<Page<Pin>>(R"({"items":{},"total":0})"), "items: This must be a list.");
  EXPECT_EQ(faultOf<Page<Pin>>(R"({"items":[]})"), "total: This is missing.");
  EXPECT_EQ(faultOf<Pin>("[]"), ": This must be a JSON object.");
  EXPECT_EQ(faultOf<Image>(R"({"digest":"a","platform":{"os":true}})"), "platform.os: This must be a string.");
  EXPECT_EQ(faultOf<AccessDecision>(R"({"allowed":1})"), "allowed: This must be true or false.");
  EXPECT_EQ(faultOf<MetricsSample>(R"({"at":"2026-03-01T12:00:00Z","values":{"a":"1"}})"),
            "values.a: This must be a number.");
  EXPECT_EQ(faultOf<MetricsSample>(R"({"at":"yesterday"})"), "at: This must be a UTC time.");
  EXPECT_THAT(faultOf<Pin>("{"), testing::StartsWith(": This is not valid JSON at line 1, column 2"));
}

TEST(Json, RefusesNumbersOutOfRange) {
  auto total = [](const std::string& number) { return faultOf<Page<Pin>>(R"({"items":[],"total":)" + number + "}"); };
  const std::string notNatural = "total: This must be a non-negative integer.";
  EXPECT_EQ(total("18446744073709551615"), "none");
  EXPECT_EQ(total("-1"), notNatural);
  EXPECT_EQ(total("1.5"), notNatural);
  EXPECT_EQ(total("18446744073709551616"), notNatural);
  EXPECT_EQ(faultOf<Problem>(R"({"type":"","title":"","status":4294967296,"detail":""})"),
            "status: Number out of range.");
}

TEST(Json, TellsADaemonAllThatIsWrong) {
  auto faults = faultsOf<NewUser>(R"({"name":7,"pasword":"x"})");
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[0].path, "name");
  EXPECT_EQ(faults[1].path, "password");
  EXPECT_EQ(faults[2].path, "pasword");
  EXPECT_EQ(faults[2].hint, "name, password");
  EXPECT_TRUE(faultsOf<NewUser>(R"({"name":"a","password":"b"})").empty());
}

TEST(Json, TellsADaemonOfWordsThatItDoesNotKnow) {
  auto faults = faultsOf<LiveRequest>(R"({"type":"subscribe","topic":"weather"})");
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].path, "topic");
  EXPECT_EQ(faults[0].hint, "metrics, transfers, events, jobs, logs, upstreams");
}

TEST(Json, TellsOfNoMoreFaultsThanCanBeRead) {
  auto json = Json::array();
  for (std::size_t i = 0; i < 2 * Reader::kMostFaults; ++i) json.push_back(7);
  EXPECT_EQ(faultsOf<RuleOrder>(Json{{"order", json}}.dump()).size(), Reader::kMostFaults);
}

TEST(Json, ReplacesWhatIsNoText) {
  EXPECT_EQ(encode(NewPassword{"a\xff"}), "{\"password\":\"a\ufffd\"}");
}

TEST(Json, EscapesWhatCannotStandInQuotes) {
  const std::string text = R"({"path":"a\"b\\c","content":"line\n\u0001"})";
  EXPECT_EQ(again<NodeFile>(text), text);
  EXPECT_EQ(again<NodeFile>(R"({"path":"\u00e9","content":"[{"})"), "{\"path\":\"\u00e9\",\"content\":\"[{\"}");
}

TEST(Json, WritesNumbersAsShortAsTheyAre) {
  MetricsSample sample;
  sample.values = {{"a", 0.1F}, {"b", -2.0F}, {"c", 1e20F}, {"d", std::numeric_limits<float>::infinity()}};
  EXPECT_EQ(encode(sample), R"({"at":"1970-01-01T00:00:00.000Z","values":{"a":0.1,"b":-2,"c":1e+20,"d":null}})");
}

TEST(Json, WritesTheMembersOfTheBaseFirst) {
  UserList users;
  users.total = 1;
  users.items.push_back({"alice", {"ops"}, true, "bcrypt", 10, "0f3a"});
  const std::string text =
      R"({"items":[{"name":"alice","groups":["ops"],"admin":true,"hash":"bcrypt","cost":10,"etag":"0f3a"}],)"
      R"("total":1,"editable":false})";
  EXPECT_EQ(encode(users), text);
  EXPECT_EQ(again<UserList>(text), text);
}

TEST(Json, KeepsGapsInASeries) {
  const std::string text = R"({"key":"a","title":"A","unit":"ratio","promql":"a","values":[0.5,null,1]})";
  EXPECT_EQ(again<Series>(text), text);
  EXPECT_TRUE(std::isnan(decode<Series>(text)->values[1]));
}

TEST(Json, KeepsAManifestTree) {
  const std::string text =
      R"({"digest":"sha256:a","mediaType":"m","sizeBytes":3,"stored":true,"manifests":[{"digest":"sha256:b",)"
      R"("mediaType":"m","sizeBytes":2,"stored":false,"platform":{"os":"linux","architecture":"arm64","variant":"v8"}}]})";
  EXPECT_EQ(again<ManifestNode>(text), text);
}

TEST(Json, KeepsLiveMessages) {
  const std::string text =
      R"({"type":"change","topic":"transfers","seq":4,"data":{"items":[{"id":"17","digest":"sha256:a","repository":"r",)"
      R"("upstream":"docker.io","startedAt":"2026-03-01T12:00:00.000Z","receivedBytes":1,"bytesPerSecond":2,"clients":1}],)"
      R"("ended":["16"]}})";
  auto message = decode<LiveMessage>(text);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(encode(*message), text);
  auto items = decode<LiveItems<Transfer>>(message->data->dump());
  ASSERT_TRUE(items) << items.error().message;
  EXPECT_EQ(items->items.at(0).id, "17");
  EXPECT_EQ(encode(*items), message->data->dump());
}

TEST(Time, IsWrittenInUtcWithMilliseconds) {
  using namespace std::chrono_literals;
  EXPECT_EQ(formatTime(Time{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(formatTime(Time{} + 1772366705120ms + 999us), "2026-03-01T12:05:05.120Z");
  EXPECT_EQ(formatTime(Time{} - 1ms), "1969-12-31T23:59:59.999Z");
}

TEST(Time, IsReadWithAnyNumberOfDecimals) {
  using namespace std::chrono_literals;
  EXPECT_EQ(parseTime("2026-03-01T12:05:05Z"), Time{} + 1772366705s);
  EXPECT_EQ(parseTime("2026-03-01T12:05:05.12+00:00"), Time{} + 1772366705120ms);
  EXPECT_EQ(parseTime("2026-03-01T12:05:05.1200000000000Z"), Time{} + 1772366705120ms);
  for (const char* text : {"", "2026-03-01", "2026-03-01T12:05:05", "2026-03-01T12:05:05.Z",
                           "2026-03-01T12:05:05+01:00", "2026-03-01T12:05:05Zz"}) {
    EXPECT_FALSE(parseTime(text)) << text;
  }
}

TEST(Time, IsTheNearestThatCanBeHeld) {
  EXPECT_GT(parseTime("9999-12-31T23:59:59.999Z"), parseTime("2262-01-01T00:00:00Z"));
  EXPECT_LT(parseTime("0001-01-01T00:00:00Z"), parseTime("1678-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace larder::apitypes
