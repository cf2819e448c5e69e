// The structs against resources/openapi.yaml: each example of a schema comes back as it was.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <functional>
#include <map>
#include <set>

#include "larder/apitypes/access.hpp"
#include "larder/apitypes/activity.hpp"
#include "larder/apitypes/config.hpp"
#include "larder/apitypes/live.hpp"
#include "larder/apitypes/node_setup.hpp"
#include "larder/apitypes/repositories.hpp"
#include "larder/apitypes/session.hpp"
#include "larder/apitypes/status.hpp"
#include "larder/apitypes/storage.hpp"
#include "larder/apitypes/sync.hpp"

namespace larder::apitypes {
namespace {

Json scalar(const YAML::Node& node) {
  const auto& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  auto json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(text) : json;
}

Json toJson(const YAML::Node& node) {
  if (node.IsScalar()) return scalar(node);
  if (node.IsNull()) return nullptr;
  Json json = node.IsMap() ? Json::object() : Json::array();
  if (node.IsMap()) {
    for (const auto& entry : node) json[entry.first.Scalar()] = toJson(entry.second);
  } else {
    for (const auto& item : node) json.push_back(toJson(item));
  }
  return json;
}

// Times get milliseconds, so that they are compared as times; member order does not matter.
nlohmann::json normal(const Json& json) {
  if (json.is_string()) {
    auto time = parseTime(json.get_ref<const std::string&>());
    return time ? formatTime(*time) : json.get<std::string>();
  }
  if (!json.is_structured()) return nlohmann::json::parse(json.dump());
  auto out = json.is_object() ? nlohmann::json::object() : nlohmann::json::array();
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) {
      out[key] = normal(value);
    } else {
      out.push_back(normal(value));
    }
  }
  return out;
}

// A struct, as a test may treat all of them alike.
struct Struct {
  std::function<core::Result<Json>(const Json&)> again;        // reads and writes it
  std::function<std::vector<InputError>(const Json&)> faults;  // of what a daemon is sent
};
template <class T>
Struct of() {
  return {[](const Json& json) {
            return decode<T>(json.dump()).map([](const T& content) { return Json::parse(encode(content)); });
          },
          [](const Json& json) {
            std::vector<InputError> faults;
            decode<T>(json, faults);
            return faults;
          }};
}

#define LARDER_STRUCT(Type) {#Type, of<Type>()}
const std::map<std::string, Struct>& structs() {
  static const std::map<std::string, Struct> kStructs{
      LARDER_STRUCT(AccessDecision),
      LARDER_STRUCT(Block),
      LARDER_STRUCT(NodeCheck),
      LARDER_STRUCT(NodePull),
      LARDER_STRUCT(NodeStep),
      LARDER_STRUCT(StorageNode),
      LARDER_STRUCT(StorageTree),
      LARDER_STRUCT(Preset),
      LARDER_STRUCT(RouteTrial),
      LARDER_STRUCT(RouteTrialInput),
      LARDER_STRUCT(TestInput),
      LARDER_STRUCT(BlockSaved),
      LARDER_STRUCT(NewBlock),
      LARDER_STRUCT(AccessDraft),
      LARDER_STRUCT(AccessQuestion),
      LARDER_STRUCT(AccessReview),
      LARDER_STRUCT(AccessWarning),
      LARDER_STRUCT(EffectiveAccess),
      LARDER_STRUCT(EffectiveInput),
      LARDER_STRUCT(GlobRights),
      LARDER_STRUCT(RankedPolicies),
      LARDER_STRUCT(RepositoryRights),
      LARDER_STRUCT(RepositoryRule),
      LARDER_STRUCT(ReviewInput),
      LARDER_STRUCT(AuditRecord),
      LARDER_STRUCT(Blob),
      LARDER_STRUCT(CacheTotals),
      LARDER_STRUCT(ConfigChange),
      LARDER_STRUCT(ConfigConflict),
      LARDER_STRUCT(ConfigDiff),
      LARDER_STRUCT(ConfigDraft),
      LARDER_STRUCT(ConfigDrift),
      LARDER_STRUCT(ConfigMerge),
      LARDER_STRUCT(ConfigSaved),
      LARDER_STRUCT(ConfigState),
      LARDER_STRUCT(ConfigSummary),
      LARDER_STRUCT(ConfigVerdict),
      LARDER_STRUCT(CredentialHost),
      LARDER_STRUCT(CredentialList),
      LARDER_STRUCT(EditConflict),
      LARDER_STRUCT(Event),
      LARDER_STRUCT(Group),
      LARDER_STRUCT(HistoryStep),
      LARDER_STRUCT(Image),
      LARDER_STRUCT(InputError),
      LARDER_STRUCT(Job),
      LARDER_STRUCT(LogIn),
      LARDER_STRUCT(LogRecord),
      LARDER_STRUCT(Manifest),
      LARDER_STRUCT(ManifestNode),
      LARDER_STRUCT(Memory),
      LARDER_STRUCT(MergeDraft),
      LARDER_STRUCT(MetricsHistory),
      LARDER_STRUCT(MetricsSample),
      LARDER_STRUCT(NewCredential),
      LARDER_STRUCT(NewJob),
      LARDER_STRUCT(NewPassword),
      LARDER_STRUCT(NewUser),
      LARDER_STRUCT(NodeFile),
      LARDER_STRUCT(NodeSetup),
      LARDER_STRUCT(Origin),
      LARDER_STRUCT(Pause),
      LARDER_STRUCT(Pin),
      LARDER_STRUCT(Platform),
      LARDER_STRUCT(Policies),
      LARDER_STRUCT(Policy),
      LARDER_STRUCT(Prefetch),
      LARDER_STRUCT(PreviewInput),
      LARDER_STRUCT(Problem),
      LARDER_STRUCT(PullCommand),
      LARDER_STRUCT(Recheck),
      LARDER_STRUCT(Referrer),
      LARDER_STRUCT(Removal),
      LARDER_STRUCT(Repository),
      LARDER_STRUCT(RepositoryDetail),
      LARDER_STRUCT(RepositoryPolicies),
      LARDER_STRUCT(Revert),
      LARDER_STRUCT(Revision),
      LARDER_STRUCT(RevisionDetail),
      LARDER_STRUCT(RollBack),
      LARDER_STRUCT(RouteExplanation),
      LARDER_STRUCT(RouteStep),
      LARDER_STRUCT(Rule),
      LARDER_STRUCT(RuleOrder),
      LARDER_STRUCT(RuleSaved),
      LARDER_STRUCT(Run),
      LARDER_STRUCT(ScrubState),
      LARDER_STRUCT(Series),
      LARDER_STRUCT(Session),
      LARDER_STRUCT(Status),
      LARDER_STRUCT(Storage),
      LARDER_STRUCT(StorageUse),
      LARDER_STRUCT(ImportProgress),
      LARDER_STRUCT(Tag),
      LARDER_STRUCT(TagPreview),
      LARDER_STRUCT(Transfer),
      LARDER_STRUCT(EndedTransfer),
      LARDER_STRUCT(Pull),
      LARDER_STRUCT(CacheWindow),
      LARDER_STRUCT(UpstreamHealth),
      LARDER_STRUCT(UpstreamTest),
      LARDER_STRUCT(User),
      LARDER_STRUCT(UserList),
      {"AuditList", of<Page<AuditRecord>>()},
      {"GroupList", of<Page<Group>>()},
      {"JobList", of<Page<Job>>()},
      {"LogList", of<Page<LogRecord>>()},
      {"BlockList", of<Page<Block>>()},
      {"PinList", of<Page<Pin>>()},
      {"PresetList", of<Page<Preset>>()},
      {"RouteTrialList", of<Page<RouteTrial>>()},
      {"ReferrerList", of<Page<Referrer>>()},
      {"RemovalList", of<Page<Removal>>()},
      {"RepositoryList", of<Page<Repository>>()},
      {"RevisionList", of<Page<Revision>>()},
      {"RuleList", of<Page<Rule>>()},
      {"RunList", of<Page<Run>>()},
      {"TagList", of<Page<Tag>>()},
      {"TransferList", of<Page<Transfer>>()},
      {"EndedTransferList", of<Page<EndedTransfer>>()},
      {"PullList", of<Page<Pull>>()},
      {"UpstreamTestList", of<Page<UpstreamTest>>()},
      {"LiveSubscribe", of<LiveRequest>()},
      {"LiveUnsubscribe", of<LiveRequest>()},
      {"LivePing", of<LiveRequest>()},
      {"LivePong", of<LiveMessage>()},
      {"LiveHeartbeat", of<LiveMessage>()},
      {"LiveSnapshot", of<LiveMessage>()},
      {"LiveChange", of<LiveMessage>()},
      {"LiveResync", of<LiveMessage>()},
      {"LiveRefusal", of<LiveMessage>()},
      {"LiveClosed", of<LiveMessage>()},
      {"LiveItems", of<LiveItems<Transfer>>()},
  };
  return kStructs;
}
#undef LARDER_STRUCT

YAML::Node schemas() {
  return YAML::LoadFile(LARDER_SOURCE_DIR "/resources/openapi.yaml")["components"]["schemas"];
}

YAML::Node resolve(const YAML::Node& all, const YAML::Node& schema) {
  if (!schema["$ref"]) return schema;
  const auto& target = schema["$ref"].Scalar();
  return all[target.substr(target.rfind('/') + 1)];
}

Json sample(const YAML::Node& all, const YAML::Node& given, int depth);

Json sampleObject(const YAML::Node& all, const YAML::Node& schema, int depth) {
  Json object = Json::object();
  for (const auto& part : schema["allOf"]) object.update(sample(all, part, depth));
  for (const auto& entry : schema["properties"]) {
    object[entry.first.Scalar()] = sample(all, entry.second, depth + 1);
  }
  if (auto others = schema["additionalProperties"]; others && others.IsMap()) {
    object["key"] = sample(all, others, depth + 1);
  }
  return object;
}

// A value with every member that the schema knows.
Json sample(const YAML::Node& all, const YAML::Node& given, int depth) {
  auto schema = resolve(all, given);
  if (schema["const"]) return schema["const"].Scalar();
  if (schema["enum"]) return schema["enum"][0].Scalar();
  if (schema["anyOf"]) return sample(all, schema["anyOf"][0], depth);
  if (schema["allOf"]) return sampleObject(all, schema, depth);
  if (!schema["type"]) return "any";
  auto type = schema["type"].IsSequence() ? schema["type"][0].Scalar() : schema["type"].Scalar();
  if (type == "object") return sampleObject(all, schema, depth);
  if (type == "array") {
    Json array = Json::array();
    if (depth < 6) array.push_back(sample(all, schema["items"], depth + 1));  // a manifest holds manifests
    return array;
  }
  if (type == "integer") return 1;
  if (type == "number") return 0.5;
  if (type == "boolean") return true;
  return schema["format"] && schema["format"].Scalar() == "date-time" ? "2026-03-01T12:00:00.000Z" : "text";
}

std::set<std::string> requiredMembers(const YAML::Node& all, const YAML::Node& given) {
  auto schema = resolve(all, given);
  std::set<std::string> names;
  for (const auto& part : schema["allOf"]) names.merge(requiredMembers(all, part));
  for (const auto& name : schema["required"]) names.insert(name.Scalar());
  return names;
}

std::map<std::string, YAML::Node> propertiesOf(const YAML::Node& all, const YAML::Node& given) {
  auto schema = resolve(all, given);
  std::map<std::string, YAML::Node> properties;
  for (const auto& part : schema["allOf"]) properties.merge(propertiesOf(all, part));
  for (const auto& entry : schema["properties"]) properties.emplace(entry.first.Scalar(), entry.second);
  return properties;
}

TEST(OpenApi, ExamplesComeBackAsTheyWere) {
  for (const auto& entry : schemas()) {
    const auto& name = entry.first.Scalar();
    auto found = structs().find(name);
    for (const auto& example : entry.second["examples"]) {
      if (found == structs().end()) continue;
      auto json = toJson(example);
      auto again = found->second.again(json);
      ASSERT_TRUE(again) << name << ": " << again.error().where;
      EXPECT_EQ(normal(*again), normal(json)) << name;
    }
  }
}

TEST(OpenApi, EachSchemaWithMembersHasAStruct) {
  // A rule is an entry of the configuration, whose schema says what it holds; texts are a map.
  const std::set<std::string> others{"RuleConfig", "Texts"};
  for (const auto& entry : schemas()) {
    const auto& name = entry.first.Scalar();
    bool isObject = entry.second["allOf"] || (entry.second["type"] && entry.second["type"].IsScalar() &&
                                              entry.second["type"].Scalar() == "object");
    if (isObject && !others.contains(name)) EXPECT_TRUE(structs().contains(name)) << name;
  }
}

TEST(OpenApi, AStructKeepsEveryMemberOfItsSchema) {
  auto all = schemas();
  for (const auto& [name, type] : structs()) {
    auto json = sample(all, all[name], 0);
    auto again = type.again(json);
    ASSERT_TRUE(again) << name << "." << again.error().where;
    EXPECT_EQ(normal(*again), normal(json)) << name;
  }
}

// A fault names the members that there are.
TEST(OpenApi, AStructHasNoMemberBesides) {
  auto all = schemas();
  for (const auto& [name, type] : structs()) {
    if (name.starts_with("Live")) continue;  // several messages share a struct
    std::string members;
    const auto sampled = sample(all, all[name], 0);
    for (const auto& entry : sampled.items()) members += (members.empty() ? "" : ", ") + entry.key();
    auto faults = type.faults(Json{{"no such member", 1}});
    ASSERT_FALSE(faults.empty()) << name;
    auto hint = faults.back().hint.value_or("");
    // Lists share a struct too, and not all have pages.
    if (auto next = hint.find(", next"); name.ends_with("List") && !sampled.contains("next")) hint.erase(next, 6);
    EXPECT_EQ(hint, members) << name;
  }
}

// A fault names the words that there are; "unknown" is what every enumeration begins with.
TEST(OpenApi, AnEnumerationHasTheWordsOfItsSchema) {
  auto all = schemas();
  for (const auto& [name, type] : structs()) {
    if (name.starts_with("Live")) continue;
    for (const auto& property : propertiesOf(all, all[name])) {
      auto whole = resolve(all, property.second);
      bool isList = static_cast<bool>(whole["items"]);
      auto schema = isList ? resolve(all, whole["items"]) : whole;
      if (!schema["enum"]) continue;
      std::string words;
      for (const auto& word : schema["enum"]) {
        if (word.Scalar() != "unknown") words += (words.empty() ? "" : ", ") + word.Scalar();
      }
      auto json = sample(all, all[name], 0);
      json[property.first] = isList ? Json{"no such word"} : Json("no such word");
      auto faults = type.faults(json);
      ASSERT_EQ(faults.size(), 1U) << name << "." << property.first;
      EXPECT_EQ(faults[0].hint, words) << name << "." << property.first;
    }
  }
}

TEST(OpenApi, AStructNeedsWhatItsSchemaRequires) {
  auto all = schemas();
  for (const auto& [name, type] : structs()) {
    if (name.starts_with("Live")) continue;
    auto required = requiredMembers(all, all[name]);
    auto whole = sample(all, all[name], 0);
    for (const auto& entry : whole.items()) {
      auto rest = whole;
      rest.erase(entry.key());
      EXPECT_EQ(type.again(rest).has_value(), !required.contains(entry.key())) << name << "." << entry.key();
    }
  }
}

}  // namespace
}  // namespace larder::apitypes
