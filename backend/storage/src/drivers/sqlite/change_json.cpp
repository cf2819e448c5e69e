#include "drivers/sqlite/change_json.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace larder::storage::sqlite {
namespace {

using Json = nlohmann::json;

std::int64_t nanoseconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

Json toJson(const ManifestRecord& manifest) {
  auto links = Json::array();
  for (const auto& link : manifest.links) {
    links.push_back({static_cast<int>(link.kind), link.digest.toString(), link.size});
  }
  Json json{{"digest", manifest.digest.toString()},
            {"mediaType", manifest.mediaType},
            {"size", manifest.size},
            {"pushed", nanoseconds(manifest.pushedAt)},
            {"pulled", nanoseconds(manifest.lastPulledAt)},
            {"links", std::move(links)}};
  if (!manifest.artifactType.empty()) json["artifactType"] = manifest.artifactType;
  if (!manifest.annotationsJson.empty()) json["annotations"] = manifest.annotationsJson;
  if (manifest.cached) json["cached"] = true;
  if (manifest.subject) json["subject"] = manifest.subject->toString();
  return json;
}

struct Writer {
  WallTime at;

  Json operator()(const change::EnsureRepository& change) const {
    auto created = change.createdAt == WallTime{} ? at : change.createdAt;
    Json json{{"do", "ensureRepository"}, {"repository", change.name}, {"created", nanoseconds(created)}};
    if (!change.origin.host.empty()) json["origin"] = {change.origin.host, change.origin.name};
    return json;
  }
  Json operator()(const change::RemoveRepository& change) const {
    return {{"do", "removeRepository"}, {"repository", change.name}};
  }
  Json operator()(const change::PutManifest& change) const {
    return {{"do", "putManifest"}, {"repository", change.repository}, {"manifest", toJson(change.manifest)}};
  }
  Json operator()(const change::RemoveManifest& change) const {
    return {{"do", "removeManifest"}, {"repository", change.repository}, {"digest", change.digest.toString()}};
  }
  Json operator()(const change::SetTag& change) const {
    Json json{{"do", "setTag"},
              {"repository", change.repository},
              {"tag", change.tag.name},
              {"digest", change.tag.digest.toString()},
              {"checked", nanoseconds(change.tag.checkedAt)},
              {"pushed", nanoseconds(change.tag.pushedAt)},
              {"pulled", nanoseconds(change.tag.lastPulledAt)}};
    if (change.unlessPushed) json["unlessPushed"] = true;
    return json;
  }
  Json operator()(const change::RemoveTag& change) const {
    return {{"do", "removeTag"}, {"repository", change.repository}, {"tag", change.tag}};
  }
  Json operator()(const change::LinkBlob& change) const {
    Json json{{"do", "linkBlob"},
              {"repository", change.repository},
              {"digest", change.digest.toString()},
              {"size", change.size}};
    if (change.cached) json["cached"] = true;
    if (change.mirrored && !change.cached) json["mirrored"] = true;
    return json;
  }
  Json operator()(const change::UnlinkBlob& change) const {
    return {{"do", "unlinkBlob"}, {"repository", change.repository}, {"digest", change.digest.toString()}};
  }
  Json operator()(const PinChange& change) const {
    return {{"do", change.pinned ? "pin" : "unpin"},
            {"repository", change.pin.repository},
            {"reference", change.pin.reference.toString()}};
  }
  Json operator()(const MetaChange& change) const { return std::visit(*this, change); }
  Json operator()(const change::PutUpload&) const { return nullptr; }
  Json operator()(const change::RemoveUpload&) const { return nullptr; }
  Json operator()(const change::NotePull&) const { return nullptr; }
  Json operator()(const change::NoteChecked&) const { return nullptr; }
};

// What is missing or of another type is thrown as an exception of the JSON library's.
std::string text(const Json& json, const char* key) {
  return json.at(key).get<std::string>();
}

Digest digestOf(const Json& json) {
  auto digest = Digest::parse(json.get<std::string>());
  if (!digest) throw std::invalid_argument(digest.error().message);
  return *digest;
}

// The library would cast a fraction, and what lies beyond the type.
template <class Integer>
Integer numberOf(const Json& json) {
  if (!json.is_number_integer()) throw std::invalid_argument("a number is no integer");
  return json.get<Integer>();
}

WallTime timeOf(const Json& json, const char* key) {
  auto sinceEpoch = std::chrono::nanoseconds(numberOf<std::int64_t>(json.at(key)));
  return WallTime(std::chrono::duration_cast<WallTime::duration>(sinceEpoch));
}

ManifestRecord manifestFrom(const Json& json) {
  ManifestRecord manifest;
  manifest.digest = digestOf(json.at("digest"));
  manifest.mediaType = text(json, "mediaType");
  manifest.size = numberOf<std::uint64_t>(json.at("size"));
  manifest.artifactType = json.value("artifactType", "");
  manifest.annotationsJson = json.value("annotations", "");
  manifest.cached = json.value("cached", false);
  if (json.contains("subject")) manifest.subject = digestOf(json.at("subject"));
  manifest.pushedAt = timeOf(json, "pushed");
  manifest.lastPulledAt = timeOf(json, "pulled");
  for (const auto& link : json.at("links")) {
    auto kind = numberOf<int>(link.at(0)) == 0 ? ManifestLink::Kind::Blob : ManifestLink::Kind::Manifest;
    manifest.links.push_back({kind, digestOf(link.at(1)), numberOf<std::uint64_t>(link.at(2))});
  }
  return manifest;
}

Origin originFrom(const Json& json) {
  if (!json.contains("origin")) return {};
  const auto& origin = json.at("origin");
  return {origin.at(0).get<std::string>(), origin.at(1).get<std::string>()};
}

change::SetTag tagFrom(const Json& json, std::string repository) {
  TagRecord tag;
  tag.name = text(json, "tag");
  tag.digest = digestOf(json.at("digest"));
  tag.checkedAt = timeOf(json, "checked");
  tag.pushedAt = timeOf(json, "pushed");
  tag.lastPulledAt = timeOf(json, "pulled");
  return {std::move(repository), std::move(tag), change::SetTag::Expect::Anything, json.value("unlessPushed", false)};
}

PinChange pinFrom(const Json& json, std::string repository, bool pinned) {
  auto reference = Reference::parse(text(json, "reference"));
  if (!reference) throw std::invalid_argument(reference.error().message);
  return {{std::move(repository), std::move(*reference)}, pinned};
}

MetaChange metaChangeFrom(const Json& json, const std::string& what, std::string repository) {
  if (what == "ensureRepository") {
    // What was admitted once is so again.
    return change::EnsureRepository{std::move(repository), originFrom(json), timeOf(json, "created"), true};
  }
  if (what == "removeRepository") return change::RemoveRepository{std::move(repository)};
  if (what == "putManifest") return change::PutManifest{std::move(repository), manifestFrom(json.at("manifest"))};
  if (what == "removeManifest") return change::RemoveManifest{std::move(repository), digestOf(json.at("digest"))};
  if (what == "setTag") return tagFrom(json, std::move(repository));
  if (what == "removeTag") return change::RemoveTag{std::move(repository), text(json, "tag")};
  if (what == "linkBlob") {
    return change::LinkBlob{std::move(repository), digestOf(json.at("digest")),
                            numberOf<std::uint64_t>(json.at("size")), json.value("cached", false),
                            json.value("mirrored", false)};
  }
  if (what == "unlinkBlob") return change::UnlinkBlob{std::move(repository), digestOf(json.at("digest"))};
  throw std::invalid_argument("unknown change " + what);
}

JournalChange read(const Json& json) {
  auto what = text(json, "do");
  auto repository = text(json, "repository");
  if (what == "pin" || what == "unpin") return pinFrom(json, std::move(repository), what == "pin");
  return metaChangeFrom(json, what, std::move(repository));
}

}  // namespace

Json toJson(const JournalChange& change, WallTime at) {
  return std::visit(Writer{at}, change);
}

Result<JournalChange> changeFromJson(const Json& json) {
  try {
    return read(json);
  } catch (const std::exception& e) {
    return core::fail(core::ErrorCode::Corrupt, std::string("This is not a change of the metadata: ") + e.what());
  }
}

}  // namespace larder::storage::sqlite
