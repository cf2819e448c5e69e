// MetaBrowse: the seam for people who look through a store: pages of repositories and tags, searched and sorted, with
// the sizes that go with them.
//
// It works on the same data as the MetaStore that was opened with it, and changes nothing. What is sorted by and summed
// is kept with the changes, not counted for a request. All methods may be called from any io thread.
// tests/suites/meta_browse_suite.hpp is the behaviour that each driver must show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "larder/storage/meta_store.hpp"

namespace larder::storage {

struct RepositorySummary {
  RepositoryRecord record;
  std::uint64_t tags = 0;
  std::uint64_t manifests = 0;
};

struct RepositoryDetail {
  RepositorySummary summary;
  std::uint64_t ownBytes = 0;  // of contentBytes, what no other repository has
};

struct TagSummary {
  TagRecord record;
  std::string mediaType;  // of its manifest
  bool cached = false;    // the manifest is: an upstream has it
  bool pinned = false;    // the tag is, or the manifest
};

// Which repositories have something, as a manifest or as a blob that may be read there.
struct Whereabouts {
  bool here = false;       // the repository that was asked about
  bool elsewhere = false;  // another one
  friend bool operator==(const Whereabouts&, const Whereabouts&) = default;
};

enum class RepositorySort : std::uint8_t { Name, Size, LastPull, Pulls };
enum class TagSort : std::uint8_t { Name, Pushed, LastPull, Pulls };

// A place in a sorted list: behind the row that has this value of the sort's key (bytes, a number, nanoseconds since
// the epoch; 0 when sorted by name), and this name. Rows that share a key are in the order of their names.
struct PagePosition {
  std::int64_t key = 0;
  std::string name;
  friend bool operator==(const PagePosition&, const PagePosition&) = default;
};

template <class Sort>
struct PageQuery {
  std::string search = {};  // part of the name, without regard to case; "" for all
  Sort sort = Sort::Name;
  bool descending = false;
  std::optional<PagePosition> after = {};
  std::size_t limit = 50;
};
template <class Item>
struct Page {
  std::vector<Item> items;
  std::uint64_t total = 0;           // of all pages
  std::optional<PagePosition> next;  // where the following page begins; none after the last
};

// What something takes in the store, in bytes. Content that is in several places counts in each of them; `own` is what
// no other one of its kind has, and so what would be freed.
struct RepositoryUse {
  std::string name;
  std::string host;  // of its origin, "" for what was pushed
  std::uint64_t bytes = 0;
  std::uint64_t ownBytes = 0;
  std::uint64_t tags = 0;
};
struct RegistryUse {
  std::string host;  // "" for what was pushed
  std::uint64_t bytes = 0;
  std::uint64_t ownBytes = 0;
  std::uint64_t repositories = 0;
};
struct StoreUse {
  std::vector<RegistryUse> registries;      // by host
  std::vector<RepositoryUse> repositories;  // by name
};
// A tag with all that its manifest leads to, and with what is attached to that. Own is what no other tag leads to, of
// any repository.
struct TagUse {
  std::string name;
  std::uint64_t bytes = 0;
  std::uint64_t ownBytes = 0;
};

class MetaBrowse {
 public:
  // Called on a thread of the blocking pool.
  using MayRead = std::function<bool(const std::string& repository)>;

  virtual ~MetaBrowse() = default;

  // Those that pass `mayRead`; all if it is empty.
  virtual Task<Result<Page<RepositorySummary>>> repositories(PageQuery<RepositorySort> query, MayRead mayRead) = 0;
  // Nothing if it is not there. Looks at each of its blobs.
  virtual Task<Result<std::optional<RepositoryDetail>>> repository(std::string name) = 0;
  // NameUnknown if there is no such repository.
  virtual Task<Result<Page<TagSummary>>> tags(std::string repository, PageQuery<TagSort> query) = 0;
  // Those of the named ones that are there, in the order of the names. NameUnknown if there is no such repository.
  virtual Task<Result<std::vector<TagSummary>>> tagsNamed(std::string repository, std::vector<std::string> names) = 0;
  // Of each tag, by name. Looks at all of the repository's manifests. NameUnknown if there is no such repository.
  virtual Task<Result<std::vector<TagUse>>> tagUse(std::string repository) = 0;
  // Looks at everything that is known: to be asked seldom.
  virtual Task<Result<StoreUse>> storeUse() = 0;
  // The tags that point to a manifest, by name, at most `limit`.
  virtual Task<Result<std::vector<std::string>>> tagsOf(std::string repository, Digest digest, std::size_t limit) = 0;
  // For each of the digests, in their order.
  virtual Task<Result<std::vector<Whereabouts>>> whereabouts(std::string repository, std::vector<Digest> digests) = 0;
};

}  // namespace larder::storage
