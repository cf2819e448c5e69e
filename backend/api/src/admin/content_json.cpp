#include "admin/content_json.hpp"

#include "larder/apitypes/time.hpp"

namespace larder::api::admin {
namespace {

void setText(Json& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

Json platformJson(const registry::Platform& platform) {
  Json json{{"os", platform.os}, {"architecture", platform.architecture}};
  setText(json, "variant", platform.variant);
  return json;
}

// A JSON object of texts; members of other types are no annotations (OCI image-spec, "Annotations").
Json textsJson(const std::string& annotations) {
  auto parsed = Json::parse(annotations, nullptr, false);
  Json texts = Json::object();
  if (!parsed.is_object()) return texts;
  for (const auto& [name, value] : parsed.items()) {
    if (value.is_string()) texts[name] = value;
  }
  return texts;
}

Json blobJson(const registry::NamedBlob& blob) {
  return {{"digest", blob.digest.toString()},
          {"mediaType", blob.mediaType},
          {"sizeBytes", blob.size},
          {"stored", blob.stored},
          {"shared", blob.shared}};
}

Json stepJson(const registry::HistoryStep& step) {
  Json json{{"createdBy", step.createdBy}, {"empty", step.empty}};
  setText(json, "createdAt", step.createdAt);
  setText(json, "comment", step.comment);
  if (step.digest) json["digest"] = step.digest->toString();
  if (step.size) json["sizeBytes"] = *step.size;
  return json;
}

}  // namespace

void setTime(Json& object, const char* name, storage::WallTime time) {
  if (time != storage::WallTime{}) object[name] = apitypes::formatTime(time);
}

Json storageUseJson(const registry::StorageState& state) {
  Json json{{"usedBytes", state.usage.bytes + state.usage.partialBytes}};
  if (state.limitBytes) json["limitBytes"] = *state.limitBytes;
  if (state.usage.capacity > 0) {
    json["diskBytes"] = state.usage.capacity;
    json["diskFreeBytes"] = state.usage.free;
  }
  return json;
}

Json repositoryJson(const storage::RepositorySummary& repository) {
  const auto& record = repository.record;
  Json json{{"name", record.name}};
  if (!record.origin.host.empty()) json["origin"] = {{"host", record.origin.host}, {"name", record.origin.name}};
  json["sizeBytes"] = record.contentBytes;
  json["tags"] = repository.tags;
  json["pulls"] = record.pulls;
  json["createdAt"] = apitypes::formatTime(record.createdAt);
  setTime(json, "lastPulledAt", record.lastPulledAt);
  return json;
}

Json tagJson(const storage::TagSummary& tag) {
  const auto& record = tag.record;
  Json json{{"name", record.name},
            {"digest", record.digest.toString()},
            {"mediaType", tag.mediaType},
            {"pulls", record.pulls},
            {"pushedAt", apitypes::formatTime(record.pushedAt)}};
  setTime(json, "lastPulledAt", record.lastPulledAt);
  setTime(json, "checkedAt", record.checkedAt);
  json["cached"] = tag.cached;
  json["pinned"] = tag.pinned;
  return json;
}

Json nodeJson(const registry::ManifestNode& node) {
  Json json{{"digest", node.digest.toString()}, {"mediaType", node.mediaType}};
  setText(json, "artifactType", node.artifactType);
  json["sizeBytes"] = node.size;
  json["stored"] = node.stored;
  if (node.platform) json["platform"] = platformJson(*node.platform);
  if (!node.annotationsJson.empty()) json["annotations"] = textsJson(node.annotationsJson);
  if (node.subject) json["subject"] = node.subject->toString();
  if (node.config) json["config"] = blobJson(*node.config);
  if (!node.layers.empty()) {
    auto& layers = json["layers"] = Json::array();
    for (const auto& layer : node.layers) layers.push_back(blobJson(layer));
  }
  if (!node.manifests.empty()) {
    auto& manifests = json["manifests"] = Json::array();
    for (const auto& child : node.manifests) manifests.push_back(nodeJson(child));
  }
  json["totalBytes"] = node.totalBytes;
  json["storedBytes"] = node.storedBytes;
  return json;
}

Json imageJson(const registry::ImageConfig& image) {
  Json json{{"digest", image.digest.toString()}, {"platform", platformJson(image.platform)}};
  setText(json, "createdAt", image.createdAt);
  setText(json, "author", image.author);
  setText(json, "user", image.user);
  setText(json, "workingDir", image.workingDir);
  setText(json, "stopSignal", image.stopSignal);
  json["labels"] = Json::object();
  for (const auto& [name, value] : image.labels) json["labels"][name] = value;
  json["env"] = image.env;
  json["entrypoint"] = image.entrypoint;
  json["cmd"] = image.cmd;
  json["exposedPorts"] = image.exposedPorts;
  json["volumes"] = image.volumes;
  auto& history = json["history"] = Json::array();
  for (const auto& step : image.history) history.push_back(stepJson(step));
  return json;
}

Json attachmentJson(const registry::Attachment& attachment) {
  const auto& referrer = attachment.referrer;
  Json json{{"digest", referrer.digest.toString()},
            {"mediaType", referrer.mediaType},
            {"artifactType", referrer.artifactType},
            {"sizeBytes", referrer.size},
            {"annotations", textsJson(referrer.annotationsJson)}};
  setText(json, "tag", attachment.tag);
  return json;
}

}  // namespace larder::api::admin
