#include "to_api.hpp"

#include "larder/core/json.hpp"

namespace larder::api {
namespace {

apitypes::Platform toApi(const registry::Platform& platform) {
  return {platform.os, platform.architecture, unlessEmpty(platform.variant)};
}

apitypes::Blob toApi(const registry::NamedBlob& blob) {
  return {blob.digest.toString(), blob.mediaType, blob.size, blob.stored, blob.shared};
}

apitypes::HistoryStep toApi(const registry::HistoryStep& step) {
  apitypes::HistoryStep out;
  out.createdBy = step.createdBy;
  out.createdAt = unlessEmpty(step.createdAt);
  out.comment = unlessEmpty(step.comment);
  out.empty = step.empty;
  if (step.digest) out.digest = step.digest->toString();
  out.sizeBytes = step.size;
  return out;
}

// A JSON object of texts; members of other types are no annotations (OCI image-spec, "Annotations").
apitypes::Texts textsOf(const std::string& annotations) {
  auto parsed = core::parseOrderedJson(annotations, core::kOwnJson).value_or(nullptr);
  apitypes::Texts texts;
  if (!parsed.is_object()) return texts;
  for (const auto& [name, value] : parsed.items()) {
    if (value.is_string()) texts.emplace(name, value.get_ref<const std::string&>());
  }
  return texts;
}

}  // namespace

apitypes::Action toApi(auth::Action action) {
  return byWord<apitypes::Action>(auth::toString(action));
}

apitypes::StorageUse toApi(const registry::StorageState& state) {
  apitypes::StorageUse use;
  use.usedBytes = state.usage.bytes + state.usage.partialBytes;
  use.limitBytes = state.limitBytes;
  if (state.usage.capacity > 0) {
    use.diskBytes = state.usage.capacity;
    use.diskFreeBytes = state.usage.free;
  }
  if (!state.usage.unwritable.empty()) use.fault = state.usage.unwritable;
  return use;
}

apitypes::Repository toApi(const storage::RepositorySummary& repository) {
  const auto& record = repository.record;
  apitypes::Repository out;
  out.name = record.name;
  if (!record.origin.host.empty()) out.origin = {record.origin.host, record.origin.name};
  out.sizeBytes = record.contentBytes;
  out.tags = repository.tags;
  out.pulls = record.pulls;
  out.createdAt = record.createdAt;
  out.lastPulledAt = unlessNever(record.lastPulledAt);
  return out;
}

apitypes::Tag toApi(const registry::SizedTag& sized) {
  const auto& tag = sized.summary;
  const auto& record = tag.record;
  apitypes::Tag out;
  out.name = record.name;
  out.digest = record.digest.toString();
  out.mediaType = tag.mediaType;
  out.pulls = record.pulls;
  out.pushedAt = record.pushedAt;
  out.lastPulledAt = unlessNever(record.lastPulledAt);
  out.checkedAt = unlessNever(record.checkedAt);
  out.cached = tag.cached;
  out.pinned = tag.pinned;
  out.sizeBytes = sized.use.bytes;
  out.ownBytes = sized.use.ownBytes;
  out.sharedBytes = sized.use.bytes - sized.use.ownBytes;
  return out;
}

apitypes::Block toApi(const config::Block& block) {
  return {block.id,
          block.key,
          unlessEmpty(block.tagsPattern),
          block.pull,
          block.mirror,
          unlessEmpty(block.reason),
          unlessEmpty(block.by),
          unlessEmpty(block.at)};
}

apitypes::ManifestNode toApi(const registry::ManifestNode& node) {
  apitypes::ManifestNode out;
  out.digest = node.digest.toString();
  out.mediaType = node.mediaType;
  out.artifactType = unlessEmpty(node.artifactType);
  out.sizeBytes = node.size;
  out.stored = node.stored;
  if (node.repeated) out.repeated = true;
  if (node.platform) out.platform = toApi(*node.platform);
  if (!node.annotationsJson.empty()) out.annotations = textsOf(node.annotationsJson);
  if (node.subject) out.subject = node.subject->toString();
  if (node.config) out.config = toApi(*node.config);
  if (!node.layers.empty()) {
    auto& layers = out.layers.emplace();
    for (const auto& layer : node.layers) layers.push_back(toApi(layer));
  }
  if (!node.manifests.empty()) out.manifests = listOf(node.manifests);
  out.totalBytes = node.totalBytes;
  out.storedBytes = node.storedBytes;
  return out;
}

apitypes::Image toApi(const registry::ImageConfig& image) {
  apitypes::Image out;
  out.digest = image.digest.toString();
  out.platform = toApi(image.platform);
  out.createdAt = unlessEmpty(image.createdAt);
  out.author = unlessEmpty(image.author);
  out.user = unlessEmpty(image.user);
  out.workingDir = unlessEmpty(image.workingDir);
  out.stopSignal = unlessEmpty(image.stopSignal);
  out.labels = image.labels;
  out.env = image.env;
  out.entrypoint = image.entrypoint;
  out.cmd = image.cmd;
  out.exposedPorts = image.exposedPorts;
  out.volumes = image.volumes;
  for (const auto& step : image.history) out.history.push_back(toApi(step));
  return out;
}

apitypes::Referrer toApi(const registry::Attachment& attachment) {
  const auto& referrer = attachment.referrer;
  return {referrer.digest.toString(),        referrer.mediaType,         referrer.artifactType, referrer.size,
          textsOf(referrer.annotationsJson), unlessEmpty(attachment.tag)};
}

}  // namespace larder::api
