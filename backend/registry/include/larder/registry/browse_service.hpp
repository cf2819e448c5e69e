// What a person looks at and does in the stored content: repositories, tags, the tree of an image, its configuration.
//
// Nothing here fetches from an upstream, except recheck(). Names are those of the local repositories. Permission is
// checked by the caller; all methods may be called from any io thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/registry/services.hpp"
#include "larder/storage/meta_browse.hpp"

namespace larder::registry {

struct Platform {
  std::string os;
  std::string architecture;
  std::string variant;  // "" if none
};

// A blob that a manifest names.
struct NamedBlob {
  Digest digest;
  std::string mediaType;
  std::uint64_t size = 0;
  bool stored = false;  // the repository has it, and its content is here
  bool shared = false;  // another repository has it too; false unless this one has it
};

// A manifest with all that it names. Of one that is not stored there is only what its index says.
struct ManifestNode {
  Digest digest;
  std::string mediaType;
  std::string artifactType;
  std::uint64_t size = 0;
  bool stored = false;
  bool repeated = false;             // what it names is shown where the tree has its digest first
  std::optional<Platform> platform;  // as its index says
  std::string annotationsJson;       // of at most 4 KiB, what does not fit left out; "" if none
  std::optional<Digest> subject;
  std::optional<NamedBlob> config;
  std::vector<NamedBlob> layers;
  std::vector<ManifestNode> manifests;  // of an index
  std::uint64_t totalBytes = 0;         // with all that it names, each digest once
  std::uint64_t storedBytes = 0;        // of them, here
};

struct ManifestView {
  storage::ManifestRecord record;
  std::optional<storage::TagRecord> tag;  // if it was asked for by tag
  std::vector<std::string> tags;          // that point to it, by name
  bool pinned = false;                    // the tag, or the manifest
  ManifestNode root;
  bool truncated = false;  // there is more than `tags` and `root` have; sums are of what is shown
};

struct HistoryStep {
  std::string createdBy;
  std::string createdAt;  // as the image says, "" if it does not
  std::string comment;
  bool empty = false;            // made no layer
  std::optional<Digest> digest;  // of its layer
  std::optional<std::uint64_t> size;
};

// OCI image-spec 1.1, "Image Configuration". Text is as the image says; members of the wrong type are left out.
struct ImageConfig {
  Digest digest;  // of the manifest
  Platform platform;
  std::string createdAt, author, user, workingDir, stopSignal;
  std::map<std::string, std::string> labels;
  std::vector<std::string> env, entrypoint, cmd, exposedPorts, volumes;
  std::vector<HistoryStep> history;  // the oldest first
};

// What is attached to a manifest and stored here.
struct Attachment {
  Referrer referrer;  // with annotations of at most 4 KiB
  std::string tag;    // cosign's older way: "sha256-….sig"; "" if it names its subject
};

struct AttachmentPage {
  std::vector<Attachment> items;  // those by tag first
  std::uint64_t total = 0;        // of all pages
  std::string next;               // where the following page begins; "" after the last
};

struct Recheck {
  Digest digest;  // what the tag points to now
  std::optional<Digest> previous;
};

struct SizedTag {
  storage::TagSummary summary;
  storage::TagUse use;
};
// The first ones are storage::TagSort's.
enum class TagOrder : std::uint8_t { Name, Pushed, LastPull, Pulls, Size, Own, Version };

// One level of what takes the disk: the registries, the repositories of one, the tags of one.
enum class UseLevel : std::uint8_t { Registry, Repository, Tag };
enum class UseOrder : std::uint8_t { Size, Own, Name };
struct UseNode {
  std::string name;  // "" for the registry of what was pushed
  std::string path;  // of its own level; kPushedPath for the registry of what was pushed
  std::uint64_t bytes = 0;
  std::uint64_t ownBytes = 0;  // that no other one of its level has
  std::uint64_t children = 0;
};
struct UseTree {
  UseLevel level = UseLevel::Registry;
  storage::Page<UseNode> page;
};

class BrowseService {
 public:
  static constexpr const char* kPushedPath = "-";  // no name of a host or a repository

  virtual ~BrowseService() = default;

  // As MetaBrowse.
  virtual Task<Result<storage::Page<storage::RepositorySummary>>> repositories(
      storage::PageQuery<storage::RepositorySort> query, MayRead mayRead) = 0;
  virtual Task<Result<std::optional<storage::RepositoryDetail>>> repository(std::string name) = 0;
  // Sizes may be some seconds old where a repository changes all the time. Timeout while those of a very large one are
  // summed for the first time.
  virtual Task<Result<storage::Page<SizedTag>>> tags(std::string repository, storage::PageQuery<TagOrder> query) = 0;
  // What is below `path`, which is "", a registry's host, kPushedPath or a repository. NameUnknown. As old as tags().
  virtual Task<Result<UseTree>> use(std::string path, storage::PageQuery<UseOrder> query) = 0;

  // ManifestUnknown. Each manifest is unfolded once. The tree is cut off beyond 1,000 manifests, 10,000 blobs, four
  // levels, 1 MiB of what is to be shown, or 16 MiB of manifests to be read for it; of tags there are at most 1,000.
  virtual Task<Result<ManifestView>> manifest(std::string repository, Reference reference) = 0;
  // ManifestUnknown; BlobUnknown while the configuration is not stored; Unsupported for what is no image of one
  // platform, or has a configuration that cannot be read.
  virtual Task<Result<ImageConfig>> image(std::string repository, Reference reference) = 0;
  // Signatures, SBOMs and so on, at most `limit` (> 0), fewer where they have much to say; `after` is the `next` of the
  // page before. NameUnknown; InvalidArgument for an `after` that is none.
  virtual Task<Result<AttachmentPage>> attachments(std::string repository, Digest subject, std::string after,
                                                   std::size_t limit) = 0;

  // Removes a repository with its tags and manifests. Content that nothing else needs goes with the next collection.
  // NameUnknown.
  virtual Task<Result<void>> removeRepository(std::string name) = 0;
  // Asks the upstream now what the tag points to, whatever the rule's check interval. ManifestUnknown; Conflict if no
  // upstream has it, since it was pushed or no rule serves the repository; UpstreamUnavailable.
  virtual Task<Result<Recheck>> recheck(std::string repository, std::string tag) = 0;
};

}  // namespace larder::registry
