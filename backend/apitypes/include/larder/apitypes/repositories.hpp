// What is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/access.hpp"
#include "larder/apitypes/config.hpp"

namespace larder::apitypes {

enum class Blocked : std::uint8_t { Unknown, Whole, Tags };

struct Origin {
  std::string host;
  std::string name;
};
struct Repository {
  std::string name;
  std::optional<Origin> origin;
  std::uint64_t sizeBytes = 0;
  std::uint64_t tags = 0;
  std::uint64_t pulls = 0;
  Time createdAt{};
  std::optional<Time> lastPulledAt;
  std::optional<Blocked> blocked;  // nothing where no block covers it
};
struct NewBlock {
  std::string repository;
  std::optional<std::string> tags;
  std::optional<bool> pull;
  std::optional<bool> mirror;
  std::optional<std::string> reason;
};
struct BlockSaved : ConfigSaved {
  std::string id;
};
struct RepositoryDetail : Repository {
  std::uint64_t manifests = 0;
  std::uint64_t ownBytes = 0;  // what no other repository has
  std::vector<Action> may;
  std::vector<Block> blocks;  // that hold for it, or for some of its tags
};
struct Tag {
  std::string name;
  std::string digest;
  std::string mediaType;
  std::uint64_t pulls = 0;
  Time pushedAt{};
  std::optional<Time> lastPulledAt;
  std::optional<Time> checkedAt;
  bool cached = false;
  bool pinned = false;
  std::uint64_t sizeBytes = 0;
  std::uint64_t ownBytes = 0;  // that go with the tag
  std::uint64_t sharedBytes = 0;
};
struct Platform {
  std::string os;
  std::string architecture;
  std::optional<std::string> variant;
};
struct Blob {
  std::string digest;
  std::string mediaType;
  std::uint64_t sizeBytes = 0;
  bool stored = false;
  bool shared = false;
};
// Of one that is not stored only what its index says.
struct ManifestNode {
  std::string digest;
  std::string mediaType;
  std::optional<std::string> artifactType;
  std::uint64_t sizeBytes = 0;
  bool stored = false;
  std::optional<bool> repeated;
  std::optional<Platform> platform;
  std::optional<Texts> annotations;
  std::optional<std::string> subject;
  std::optional<Blob> config;
  std::optional<std::vector<Blob>> layers;
  std::optional<std::vector<ManifestNode>> manifests;
  std::optional<std::uint64_t> totalBytes;
  std::optional<std::uint64_t> storedBytes;
};
struct PullCommand {
  std::string client;
  std::string command;
};
struct Manifest {
  std::string repository;
  std::string reference;
  std::vector<std::string> tags;
  std::uint64_t pulls = 0;
  Time pushedAt{};
  std::optional<Time> lastPulledAt;
  bool cached = false;
  bool pinned = false;
  ManifestNode root;
  bool truncated = false;
  std::vector<PullCommand> pull;
};
struct HistoryStep {
  std::string createdBy;
  std::optional<std::string> createdAt;  // as the image says
  std::optional<std::string> comment;
  bool empty = false;
  std::optional<std::string> digest;
  std::optional<std::uint64_t> sizeBytes;
};
struct Image {
  std::string digest;
  Platform platform;
  std::optional<std::string> createdAt;  // as the image says
  std::optional<std::string> author;
  std::optional<std::string> user;
  std::optional<std::string> workingDir;
  std::optional<std::string> stopSignal;
  Texts labels;
  std::vector<std::string> env;
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> exposedPorts;
  std::vector<std::string> volumes;
  std::vector<HistoryStep> history;
};
struct Referrer {
  std::string digest;
  std::string mediaType;
  std::string artifactType;
  std::uint64_t sizeBytes = 0;
  Texts annotations;
  std::optional<std::string> tag;
};
struct Pin {
  std::string repository;
  std::string reference;
};
struct Recheck {
  std::string digest;
  bool changed = false;
  std::optional<std::string> previous;
};
struct Prefetch {
  std::string image;
  std::optional<std::string> ns;
  std::optional<std::vector<std::string>> platforms;
};

LARDER_DECLARE_JSON(Origin);
LARDER_DECLARE_JSON(Repository);
LARDER_DECLARE_JSON(NewBlock);
LARDER_DECLARE_JSON(BlockSaved);
LARDER_DECLARE_JSON(RepositoryDetail);
LARDER_DECLARE_JSON(Tag);
LARDER_DECLARE_JSON(Platform);
LARDER_DECLARE_JSON(Blob);
LARDER_DECLARE_JSON(ManifestNode);
LARDER_DECLARE_JSON(PullCommand);
LARDER_DECLARE_JSON(Manifest);
LARDER_DECLARE_JSON(HistoryStep);
LARDER_DECLARE_JSON(Image);
LARDER_DECLARE_JSON(Referrer);
LARDER_DECLARE_JSON(Pin);
LARDER_DECLARE_JSON(Recheck);
LARDER_DECLARE_JSON(Prefetch);

}  // namespace larder::apitypes
