#include "larder/apitypes/json.hpp"

#include <gtest/gtest.h>

#include "larder/apitypes/access.hpp"
#include "larder/apitypes/activity.hpp"
#include "larder/apitypes/config.hpp"
#include "larder/apitypes/live.hpp"
#include "larder/apitypes/repositories.hpp"
#include "larder/apitypes/session.hpp"
#include "larder/apitypes/storage.hpp"

namespace larder::apitypes {
namespace {

template <class T>
std::string again(const std::string& text) {
  auto value = parse<T>(text);
  return value ? dump(*value) : "failed: " + value.error().message;
}

template <class T>
std::string failure(const std::string& text) {
  auto value = parse<T>(text);
  return value ? "none" : value.error().message;
}

TEST(Json, LeavesOutWhatIsNotSet) {
  EXPECT_EQ(dump(InputError{"password", "is missing", {}}), R"({"path":"password","message":"is missing"})");
}

TEST(Json, WritesNullWhereTheSchemaWantsTheMember) {
  Session session;
  auto json = Json::parse(dump(session));
  EXPECT_TRUE(json.at("user").is_null());
  EXPECT_TRUE(json.at("csrfToken").is_null());
}

TEST(Json, TakesNullAsLeftOut) {
  auto error = parse<InputError>(R"({"path":"a","message":"b","hint":null})");
  ASSERT_TRUE(error) << error.error().message;
  EXPECT_FALSE(error->hint);
}

TEST(Json, KeepsANullThatIsAValue) {
  const std::string text = R"({"path":"http.realm","kind":"changed","before":"larder","after":null})";
  EXPECT_EQ(again<ConfigChange>(text), text);
  EXPECT_FALSE(parse<ConfigChange>(R"({"path":"a","kind":"added","after":1})")->before);
}

TEST(Json, ReadsOverAnOldValue) {
  InputError error{"a", "b", "c"};
  from_json(Json::parse(R"({"path":"a","message":"b"})"), error);
  EXPECT_FALSE(error.hint);
}

TEST(Json, PassesOverUnknownMembers) {
  auto pin = parse<Pin>(R"({"repository":"a","reference":"b","since":{"x":[1]}})");
  ASSERT_TRUE(pin) << pin.error().message;
  EXPECT_EQ(pin->reference, "b");
}

TEST(Json, TakesUnknownWordsAsUnknown) {
  auto job = parse<NewJob>(R"({"kind":"defragment"})");
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_EQ(job->kind, JobKind::Unknown);
}

TEST(Json, TellsWhereTheTextIsWrong) {
  EXPECT_EQ(failure<Page<Pin>>(R"({"items":[{"repository":"a","reference":"b"},{"repository":1}],"total":2})"),
            "items[1].repository: must be a string");
  EXPECT_EQ(failure<Page<Pin>>(R"({"items":{},"total":0})"), "items: must be an array");
  EXPECT_EQ(failure<Page<Pin>>(R"({"items":[]})"), "total: is missing");
  EXPECT_EQ(failure<Pin>("[]"), "must be an object");
  EXPECT_EQ(failure<Image>(R"({"digest":"a","platform":{"os":true}})"), "platform.os: must be a string");
  EXPECT_EQ(failure<AccessDecision>(R"({"allowed":1})"), "allowed: must be true or false");
  EXPECT_EQ(failure<MetricsSample>(R"({"at":"2026-03-01T12:00:00Z","values":{"a":"1"}})"),
            "values.a: must be a number");
  EXPECT_EQ(failure<MetricsSample>(R"({"at":"yesterday"})"), "at: must be a time such as 2026-03-01T12:00:00Z");
  EXPECT_NE(failure<Pin>("{"), "none");
}

TEST(Json, RefusesNumbersOutOfRange) {
  auto total = [](const std::string& number) { return failure<Page<Pin>>(R"({"items":[],"total":)" + number + "}"); };
  EXPECT_EQ(total("18446744073709551615"), "none");
  EXPECT_EQ(total("-1"), "total: must be an integer in range");
  EXPECT_EQ(total("1.5"), "total: must be an integer in range");
  EXPECT_EQ(total("18446744073709551616"), "total: must be an integer in range");
  EXPECT_EQ(failure<Problem>(R"({"type":"","title":"","status":4294967296,"detail":""})"),
            "status: must be an integer in range");
}

TEST(Json, ReplacesWhatIsNoText) {
  EXPECT_EQ(dump(NewPassword{"a\xff"}), "{\"password\":\"a\ufffd\"}");
}

TEST(Json, WritesTheMembersOfTheBaseFirst) {
  UserList users;
  users.total = 1;
  users.items.push_back({"alice", {"ops"}, true, "bcrypt", 10});
  const std::string text =
      R"({"items":[{"name":"alice","groups":["ops"],"admin":true,"hash":"bcrypt","cost":10}],"total":1,"editable":false})";
  EXPECT_EQ(dump(users), text);
  EXPECT_EQ(again<UserList>(text), text);
}

TEST(Json, KeepsGapsInASeries) {
  const std::string text = R"({"key":"a","title":"A","unit":"ratio","promql":"a","values":[0.5,null,1.0]})";
  EXPECT_EQ(again<Series>(text), text);
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
  auto message = parse<LiveMessage>(text);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(dump(*message), text);
  auto items = parse<LiveItems<Transfer>>(message->data->dump());
  ASSERT_TRUE(items) << items.error().message;
  EXPECT_EQ(items->items.at(0).id, "17");
  EXPECT_EQ(dump(*items), message->data->dump());
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

}  // namespace
}  // namespace larder::apitypes
