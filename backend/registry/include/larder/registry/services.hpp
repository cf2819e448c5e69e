// The use cases of the registry, as `api` calls them. They know seams only: BlobStore, MetaStore, UpstreamSource.
//
// Permission is checked by the caller, for the repository that the request names, before it calls; where another
// repository is touched too (mount, catalog), the caller passes `mayRead`. Names and references are valid by syntax.
// All methods may be called from any io thread; every wait inside has a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "larder/core/digest.hpp"
#include "larder/core/reference.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/address_limits.hpp"
#include "larder/runtime/task.hpp"
#include "larder/storage/blob_store.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::registry {

using core::Digest;
using core::Reference;
using core::Result;
using runtime::SteadyTime;
using runtime::Task;

// Where an answer comes from; the X-Cache field and a metrics label.
enum class CacheState { Hit, Miss, Stale };
const char* toString(CacheState state);  // "HIT", "MISS", "STALE"

using MayRead = std::function<bool(const std::string& repository)>;

// What a pull says beside what it asks for.
struct Asker {
  // The registry host that the client asked for (containerd's query parameter), "" if none. With it, only what came
  // from that registry is an answer, whatever was pushed here.
  std::string ns;
  // Whom upstreams' absences are counted for: the user, "" for nobody in particular, at this address. Without an
  // address nothing is counted.
  std::string user;
  std::string address;

  Asker() = default;
  Asker(std::string host) : ns(std::move(host)) {}  // NOLINT(google-explicit-constructor)
  Asker(const char* host) : ns(host) {}             // NOLINT(google-explicit-constructor)
  Asker(std::string host, std::string name, std::string from)
      : ns(std::move(host)), user(std::move(name)), address(std::move(from)) {}
};

struct ManifestAnswer {
  Digest digest;
  std::string mediaType;
  std::shared_ptr<const std::string> content;
  CacheState cache = CacheState::Hit;
  std::string repository;              // the local one
  std::string upstream;                // its host, "" for a repository without origin
  std::chrono::milliseconds waited{};  // of a miss: for its turn at the upstream
};

struct ManifestPut {
  Digest digest;
  std::optional<Digest> subject;  // for OCI-Subject
  std::vector<std::string> tags;  // those that were set, for OCI-Tag
};

// What a push may do to tags. The store holds it against what is there when it commits: of two pushes at once, in two
// daemons even, one alone can have created a tag.
struct TagRights {
  bool create = true;
  bool update = true;  // move one that is there
  // Of an import: what it puts counts as copied from this origin, some time ago. Empty: pushed.
  storage::Origin copiedFrom = {};
};

class ManifestService {
 public:
  virtual ~ManifestService() = default;
  // The hot path: an answer that is in memory and needs no revalidation, else null. No blocking, no allocation. The
  // pointer keeps it alive. `reference` is raw text; `head` of the entry is made by the HeadFormatter given at
  // construction. `mayRead` is asked with RouteExplanation::place before anything is handed out or counted.
  struct Ready {
    ManifestAnswer answer;
    std::shared_ptr<const std::string> head;  // ready-made HTTP header lines
  };
  virtual std::shared_ptr<const Ready> ready(std::string_view repository, std::string_view reference,
                                             std::string_view ns, const MayRead& mayRead) = 0;
  // For HEAD and GET alike: a HEAD of a tag stores the manifest. A stored tag is served, marked stale, when its
  // upstream is away or no longer has it.
  virtual Task<Result<ManifestAnswer>> get(std::string repository, Reference reference, Asker asker) = 0;
  // Stores exactly these bytes. `reference`: a tag or the digest; `tags`: more tags to set (the `tag` parameters of a
  // push by digest). `mediaType` is the request's Content-Type, checked against the content. ManifestInvalid,
  // DigestInvalid, TooLarge; Conflict if a tag is not as `rights` need it; Denied if the repository is filled from an
  // upstream and takes no pushes. What the manifest names need not be there yet.
  virtual Task<Result<ManifestPut>> put(std::string repository, Reference reference, std::vector<std::string> tags,
                                        std::string mediaType, std::string content, TagRights rights) = 0;
  // A tag: the tag alone. A digest: the manifest and its tags; `unlessShared`: Conflict if it has several.
  virtual Task<Result<void>> remove(std::string repository, Reference reference, bool unlessShared) = 0;
  // Whether the tag exists locally (a push then needs `update`, else `create`).
  virtual Task<Result<bool>> exists(std::string repository, Reference reference) = 0;
};

// How the download of a blob that is still arriving goes.
struct Arrival {
  std::chrono::milliseconds waited{};  // for its turns at the upstream
  std::uint64_t storedBefore = 0;      // bytes that an earlier download had left
  std::string error;                   // why it failed, "" if it has not
};

// A blob that is still arriving: how far its content has come.
class Growth {
 public:
  virtual ~Growth() = default;
  // Bytes that the reader can be asked for now.
  virtual std::uint64_t available() const = 0;
  // Waits until more than `offset` bytes are there; fails if they will never be. Own deadlines inside.
  virtual Task<Result<void>> waitBeyond(std::uint64_t offset) = 0;
  virtual Arrival arrival() const = 0;
};

struct BlobAnswer {
  std::uint64_t size = 0;  // of the whole blob
  // While the blob grows, file() is to be asked again after each look at available(): it becomes null when the disk is
  // full and the rest streams through memory, where readAt() alone reaches it. Null after head().
  std::shared_ptr<storage::BlobReader> reader;
  std::shared_ptr<Growth> growth;  // null: all of it is there and verified
  CacheState cache = CacheState::Hit;
  std::string repository;  // the local one
  std::string upstream;
};

class BlobService {
 public:
  virtual ~BlobService() = default;
  // The hot path: an open blob that is in this repository, else null. No blocking, no allocation. `mayRead` as above.
  virtual std::shared_ptr<const BlobAnswer> ready(std::string_view repository, std::string_view digest,
                                                  std::string_view ns, const MayRead& mayRead) = 0;
  virtual Task<Result<BlobAnswer>> get(std::string repository, Digest digest, Asker asker) = 0;
  // What get() or ready() gave could not be read to its end. Nothing of it is answered from memory any more, and if it
  // is damaged, it is taken out of service and fetched again where that is possible. Returns at once.
  virtual void doubt(Digest digest) = 0;
  // The size. Asks upstream, without storing, if it is not here. Where the question may be the beginning of a push, an
  // upstream that is away does not have the blob: a push needs none.
  virtual Task<Result<BlobAnswer>> head(std::string repository, Digest digest, Asker asker) = 0;
  // Gone from this repository, even if a manifest of it names the blob; it stays in the others. BlobUnknown.
  virtual Task<Result<void>> remove(std::string repository, Digest digest) = 0;
  // Makes the blob readable in `repository` without a transfer; `from` "": any repository that mayRead lets through.
  // False: not possible, an upload is to be started. Denied as for ManifestService::put.
  virtual Task<Result<bool>> mount(std::string repository, Digest digest, std::string from, MayRead mayRead) = 0;
};

struct UploadState {
  std::string id;            // opaque, unguessable
  std::uint64_t offset = 0;  // bytes taken so far
};

// The next bytes of a request body, valid until the next call; empty at the end.
using ChunkSource = std::function<Task<Result<std::span<const std::byte>>>()>;

// Uploads survive a restart of the daemon and expire when nothing has come for a day.
class UploadService {
 public:
  virtual ~UploadService() = default;
  // Makes no repository: its first content does. TooManyRequests if too many uploads are open, or too many of `client`;
  // Denied as for ManifestService::put.
  virtual Task<Result<UploadState>> start(std::string repository, runtime::ClientNetwork client) = 0;
  // BlobUploadUnknown also for an upload of another repository.
  virtual Task<Result<UploadState>> status(std::string repository, std::string id) = 0;
  // Takes a chunk. `from`: the start in Content-Range, which must be the offset (RangeInvalid); `length` its length, if
  // known. What has arrived before the client left is kept.
  virtual Task<Result<UploadState>> append(std::string repository, std::string id, std::optional<std::uint64_t> from,
                                           std::optional<std::uint64_t> length, ChunkSource body) = 0;
  // Takes the last chunk (may be empty), verifies, links the blob. DigestInvalid if the content has another digest.
  virtual Task<Result<void>> finish(std::string repository, std::string id, std::optional<std::uint64_t> from,
                                    std::optional<std::uint64_t> length, Digest digest, ChunkSource body) = 0;
  virtual Task<Result<void>> cancel(std::string repository, std::string id) = 0;
};

struct Listing {
  std::vector<std::string> names;
  bool more = false;  // a further page exists
};

struct Referrer {
  Digest digest;
  std::string mediaType;
  std::uint64_t size = 0;
  std::string artifactType;
  std::string annotationsJson;  // a JSON object of at most 64 KiB, what does not fit left out; "" if none
};

struct ReferrersQuery {
  std::string artifactType = {};     // those of this type alone; "" for all
  std::optional<Digest> after = {};  // behind the one of this digest
};

struct ReferrersPage {
  std::vector<Referrer> items;  // in the order of their digests
  bool more = false;            // a further page exists
};

class ListService {
 public:
  virtual ~ListService() = default;
  // Tags in lexical order after `last`, at most `n`: the union with the upstream's, cached. NameUnknown.
  virtual Task<Result<Listing>> tags(std::string repository, Asker asker, std::string last, std::size_t n) = 0;
  virtual Task<Result<Listing>> catalog(std::string last, std::size_t n, MayRead mayRead) = 0;
  // Referrers in the repository, and the upstream's where it has one: as many as go well into what clients take as one
  // index.
  virtual Task<Result<ReferrersPage>> referrers(std::string repository, Digest subject, Asker asker,
                                                ReferrersQuery query) = 0;
};

}  // namespace larder::registry
