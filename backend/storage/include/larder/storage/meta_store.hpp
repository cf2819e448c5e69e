// MetaStore: the seam for what is known about content: repositories, tags, manifests and their links, upload sessions,
// last use.
//
// Reads are methods; every change is a MetaChange, and apply() makes a batch of them durable at once or not at all, so
// that a driver can commit many callers' batches with one sync. All methods may be called from any io thread.
// tests/suites/meta_store_suite.hpp is the behaviour that each driver must show.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "larder/core/digest.hpp"
#include "larder/core/reference.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"

namespace larder::storage {

using core::Digest;
using core::Reference;
using core::Result;
using runtime::Task;
using WallTime = std::chrono::system_clock::time_point;

// Where a repository's content comes from. Both are empty for a repository that was made by a push.
struct Origin {
  std::string host;  // as in ns: "docker.io"
  std::string name;  // the name there: "library/nginx"
  friend bool operator==(const Origin&, const Origin&) = default;
};

struct RepositoryRecord {
  std::string name;
  Origin origin;
  WallTime createdAt{};
  WallTime lastPulledAt{};  // epoch: never
  std::uint64_t pulls = 0;  // of its manifests
  // Of its manifests and of the blobs that may be read in it.
  std::uint64_t contentBytes = 0;
};

// Whether what is in the repository was pushed, and no upstream has ever filled it.
inline bool isPushed(const Origin& origin, std::uint64_t contentBytes) {
  return origin.host.empty() && contentBytes > 0;
}

// A link from a manifest to what it names.
struct ManifestLink {
  enum class Kind : std::uint8_t { Blob, Manifest };
  Kind kind = Kind::Blob;
  Digest digest;
  std::uint64_t size = 0;
};

struct ManifestRecord {
  Digest digest;
  std::string mediaType;  // as received, byte for byte
  std::uint64_t size = 0;
  std::string artifactType;  // OCI distribution-spec "Listing Referrers": config media type if it has none
  std::optional<Digest> subject;
  std::string annotationsJson;      // the manifest's annotations as a JSON object, "" if none
  std::vector<ManifestLink> links;  // filled by who puts it and by a look-up by digest, else left empty
  WallTime pushedAt{};
  WallTime lastPulledAt{};
  std::uint64_t pulls = 0;  // counted by NotePull alone
  bool cached = false;      // from the repository's origin, where it can be fetched again; stays so once it is
};

struct TagRecord {
  std::string name;
  Digest digest;
  WallTime checkedAt{};  // when the upstream last confirmed it; epoch for a pushed tag
  WallTime pushedAt{};
  WallTime lastPulledAt{};
  std::uint64_t pulls = 0;  // counted by NotePull alone
};

// Whether it was copied from the repository's origin; else it was pushed.
inline bool isMirrored(const TagRecord& tag) {
  return tag.checkedAt != WallTime{};
}

// A repository in which a blob may be read.
struct BlobHolder {
  std::string repository;
  Origin origin;
  bool mirrored = false;  // as BlobRecord::mirrored
};
using HolderFilter = std::function<bool(const BlobHolder&)>;

// A blob that may be read in a repository.
struct BlobRecord {
  std::uint64_t size = 0;
  bool mirrored = false;  // the repository's origin has it, whoever pushed it as well
};

struct ManifestLookup {
  ManifestRecord manifest;
  std::optional<TagRecord> tag;  // if looked up by tag
};

// How a manifest names another one: as its subject, or in an index as one of its manifests.
enum class NamedAs : std::uint8_t { Subject, Child };

// Which of the manifests that name `digest`. Whoever may push can make as many of them as they like, each with long
// annotations: so they are read page by page, and a page is bounded by count and by bytes.
struct NamingQuery {
  Digest digest;
  NamedAs as = NamedAs::Subject;
  std::string artifactType = {};     // those of this type alone; "" for all
  bool cachedOnly = false;           // those alone that the repository's origin has
  std::optional<Digest> after = {};  // behind the one of this digest
  std::size_t limit = 100;
  std::size_t maxBytes = std::size_t{1} << 20;  // of their texts; a page has at least one, however long its texts are
  bool counted = false;                         // `total` is wanted
};

inline std::size_t textBytes(const ManifestRecord& manifest) {
  return manifest.mediaType.size() + manifest.artifactType.size() + manifest.annotationsJson.size();
}

struct NamingPage {
  std::vector<ManifestRecord> items;  // without links
  bool more = false;                  // a further page exists
  std::uint64_t total = 0;            // of all pages, if it was wanted
};

struct UploadRecord {
  std::string id;
  std::string repository;
  WallTime startedAt{};
  WallTime changedAt{};
};

// Changes. A change that names a repository which does not exist fails with NameUnknown, unless it creates it.
namespace change {
// Creates the repository if it is not there. What one registry fills, no other one does, in whatever daemon: Conflict
// if the repository has another origin than `origin`. Pushed and mirrored content meet in one repository only where
// that is meant (`shared`); else Denied for a push (no origin) into a repository that has one, and Conflict for a copy
// into one that was pushed. An empty repository without origin takes any.
struct EnsureRepository {
  std::string name;
  Origin origin;
  WallTime createdAt{};  // of one that is made; epoch: now
  bool shared = false;
};
struct RemoveRepository {  // with all that is in it
  std::string name;
  bool onlyIfEmpty = false;  // Conflict if it has a manifest, a blob, an upload or a pin
};
// Creates or replaces the record and its links. A blob that it names is in use, but not readable for that: whoever
// could name a digest could read it.
struct PutManifest {
  std::string repository;
  ManifestRecord manifest;
};
// With the tags that point to it; ManifestUnknown if it is not there. Blobs that LinkBlob linked stay.
struct RemoveManifest {
  std::string repository;
  Digest digest;
  bool unlessShared = false;  // Conflict if several tags point to it
};
// Creates or moves it; ManifestUnknown if the manifest is not in the repository. What NotePull counted is kept.
struct SetTag {
  enum class Expect : std::uint8_t { Anything, Absent, Present };
  std::string repository;
  TagRecord tag;
  Expect expect = Expect::Anything;  // Conflict if the tag is there, or is not, against this
  bool unlessPushed = false;         // does nothing where a pushed tag is
};
struct RemoveTag {  // ManifestUnknown if it is not there
  std::string repository;
  std::string tag;
};
struct LinkBlob {  // the blob may be read in this repository, stored or not
  std::string repository;
  Digest digest;
  std::uint64_t size = 0;
  // From the repository's origin. To be fetched again only as long as nobody has pushed or mounted it.
  bool cached = false;
  bool mirrored = false;  // pushed or mounted, and the origin has it too
};
// The blob can no longer be read in this repository. BlobUnknown if it cannot be read already.
struct UnlinkBlob {
  std::string repository;
  Digest digest;
};
struct PutUpload {  // creates or replaces it; its repository need not exist, and is not made
  UploadRecord upload;
};
struct RemoveUpload {  // succeeds if it is not there
  std::string id;
};
// Ignored where repository, manifest or tag is gone. A pull of a manifest counts for its repository too, one of a blob
// for itself alone; last-pulled times never go back.
struct NotePull {
  std::string repository;
  Digest digest;    // manifest or blob
  std::string tag;  // "" if by digest
  WallTime at{};
  std::uint32_t count = 1;
};
// The upstream confirmed that the tag points to the digest. Ignored where it is gone, points elsewhere or was pushed.
struct NoteChecked {
  std::string repository;
  std::string tag;
  Digest digest;
  WallTime at{};
};
}  // namespace change

using MetaChange =
    std::variant<change::EnsureRepository, change::RemoveRepository, change::PutManifest, change::RemoveManifest,
                 change::SetTag, change::RemoveTag, change::LinkBlob, change::UnlinkBlob, change::PutUpload,
                 change::RemoveUpload, change::NotePull, change::NoteChecked>;

class MetaStore {
 public:
  virtual ~MetaStore() = default;

  // All or nothing, in order, durable when it returns (except NotePull and NoteChecked alone, which may be lost in a
  // crash). Timeout if it could not be written in time, TooManyRequests if too many wait; nothing was changed then,
  // unless the message says otherwise. Whoever keeps in memory what they have read learns of changes by the store's
  // ChangeFeed, also of one that was made after its caller had given up; what apply() returns is no help for that.
  virtual Task<Result<void>> apply(std::vector<MetaChange> changes) = 0;

  // Nothing if repository, tag or manifest is not there.
  virtual Task<Result<std::optional<ManifestLookup>>> manifest(std::string repository, Reference reference) = 0;
  // The blob, if it may be read in the repository (LinkBlob).
  virtual Task<Result<std::optional<BlobRecord>>> blob(std::string repository, Digest digest) = 0;
  // The name of a repository in which the blob may be read and that passes `filter`, which may be called on a thread of
  // the blocking pool; nothing if none does.
  virtual Task<Result<std::optional<std::string>>> blobHolder(Digest digest, HolderFilter filter) = 0;

  virtual Task<Result<std::optional<RepositoryRecord>>> repository(std::string name) = 0;
  // The oldest one with this origin.
  virtual Task<Result<std::optional<RepositoryRecord>>> repositoryByOrigin(Origin origin) = 0;
  // In byte order after `after`, at most `limit`.
  virtual Task<Result<std::vector<std::string>>> repositories(std::string after, std::size_t limit) = 0;
  // In byte order after `after`, at most `limit`. NameUnknown if there is no such repository.
  virtual Task<Result<std::vector<TagRecord>>> tags(std::string repository, std::string after, std::size_t limit) = 0;
  // Manifests of the repository that name a digest, whether or not that is there, in the order of their own digests.
  // Empty if there is no such repository. Looking for a child may read all of the repository's links.
  virtual Task<Result<NamingPage>> manifestsNaming(std::string repository, NamingQuery query) = 0;

  virtual Task<Result<std::optional<UploadRecord>>> upload(std::string id) = 0;
  // Uploads that have not changed since `before`, the one that rested longest first.
  virtual Task<Result<std::vector<UploadRecord>>> idleUploads(WallTime before) = 0;

  // A number that grows whenever another process has changed the store (and only then need memory caches be dropped).
  // StoreUnusable once the store itself was removed or replaced.
  virtual Task<Result<std::uint64_t>> foreignChanges() = 0;
};

}  // namespace larder::storage
