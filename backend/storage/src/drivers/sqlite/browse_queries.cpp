#include "drivers/sqlite/browse_queries.hpp"

#include <array>
#include <limits>

#include "browse_search.hpp"
#include "drivers/sqlite/row_readers.hpp"
#include "meta_failures.hpp"

namespace larder::storage::sqlite {

using core::fail;

namespace {

// What repository_search finds at least.
constexpr std::size_t kTrigram = 3;

enum class Search : std::uint8_t { None, Scan, Index };
constexpr std::size_t kSearches = 3;
constexpr std::size_t kSorts = 4;

// Each takes the search as ?1.
constexpr std::array<const char*, kSearches> kRepositoryFilters{
    "?1 = ''", "instr(name, ?1) > 0", "id IN (SELECT rowid FROM repository_search WHERE repository_search MATCH ?1)"};
constexpr std::array<const char*, kSorts> kRepositoryKeys{"0", "content_bytes", "last_pulled_at", "pulls"};
constexpr std::array<const char*, kSorts> kTagKeys{"0", "t.pushed_at", "t.last_pulled_at", "t.pulls"};

// WHERE goes on with a place in the list: behind ?2 (key) and ?3 (name); ?4 is the limit. By name alone the index of
// names gives the order, which it does not if the key is compared as well.
std::string ordered(const std::string& select, const char* key, const std::string& name, bool byName, bool descending) {
  std::string direction = descending ? " DESC" : " ASC";
  std::string than = descending ? " < " : " > ";
  if (byName) return select + " AND ?2 = ?2 AND " + name + than + "?3 ORDER BY " + name + direction + " LIMIT ?4";
  return select + " AND (" + key + ", " + name + ")" + than + "(?2, ?3) ORDER BY " + key + direction + ", " + name +
         direction + " LIMIT ?4";
}

// Statements are kept by the address of their text, so all texts are made once.
using Texts = std::array<std::array<std::string, 2>, kSorts>;  // by sort, and whether it descends

const char* repositoryRows(Search search, RepositorySort sort, bool descending) {
  static const auto texts = [] {
    std::array<Texts, kSearches> all;
    for (std::size_t filter = 0; filter < kSearches; ++filter) {
      auto select = std::string(
                        "SELECT name, origin_host, origin_name, created_at, last_pulled_at, pulls, content_bytes, "
                        "tags, manifests FROM repository WHERE ") +
                    kRepositoryFilters[filter];
      for (std::size_t key = 0; key < kSorts; ++key) {
        for (bool down : {false, true}) {
          all[filter][key][down ? 1 : 0] = ordered(select, kRepositoryKeys[key], "name", key == 0, down);
        }
      }
    }
    return all;
  }();
  return texts[static_cast<std::size_t>(search)][static_cast<std::size_t>(sort)][descending ? 1 : 0].c_str();
}

// What tagSummaryOf() reads; ?5 is the repository's id. A condition follows.
std::string tagSelect() {
  return "SELECT t.name, m.digest, t.checked_at, t.pushed_at, t.last_pulled_at, t.pulls, m.media_type, m.cached, "
         "EXISTS (SELECT 1 FROM pin p WHERE p.repository_id = ?5 AND "
         "(p.tag = t.name OR (p.tag = '' AND p.digest = m.digest))) "
         "FROM tag t JOIN manifest m ON m.id = t.manifest_id WHERE t.repository_id = ?5 AND ";
}

TagSummary tagSummaryOf(Rows& rows) {
  return {tagOf(rows, 0), rows.text(6), rows.integer(7) != 0, rows.integer(8) != 0};
}

const char* tagRows(TagSort sort, bool descending) {
  static const auto texts = [] {
    Texts all;
    for (std::size_t key = 0; key < kSorts; ++key) {
      for (bool down : {false, true}) {
        all[key][down ? 1 : 0] =
            ordered(tagSelect() + "(?1 = '' OR instr(lower(t.name), ?1) > 0)", kTagKeys[key], "t.name", key == 0, down);
      }
    }
    return all;
  }();
  return texts[static_cast<std::size_t>(sort)][descending ? 1 : 0].c_str();
}

// Before the first row of any list, in its order. Names are ASCII.
PagePosition beginning(bool descending) {
  if (descending) return {std::numeric_limits<std::int64_t>::max(), "\x7f"};
  return {std::numeric_limits<std::int64_t>::min(), ""};
}

Result<std::uint64_t> countOf(Rows& rows) {
  std::uint64_t count = rows.next() ? rows.count(0) : 0;
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return count;
}

Result<std::uint64_t> countReadable(Rows& rows, const MetaBrowse::MayRead& mayRead) {
  std::uint64_t count = 0;
  while (rows.next()) count += mayRead(rows.text(0)) ? 1 : 0;
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return count;
}

Result<std::uint64_t> countRepositories(Database& database, Search search, const std::string& pattern,
                                        const MetaBrowse::MayRead& mayRead) {
  static const auto names = [] {
    std::array<std::string, kSearches> all;
    for (std::size_t i = 0; i < kSearches; ++i) {
      all[i] = std::string("SELECT name FROM repository WHERE ") + kRepositoryFilters[i];
    }
    return all;
  }();
  static constexpr std::array<const char*, kSearches> kCounts{
      "SELECT count(*) FROM repository WHERE ?1 = ''", "SELECT count(*) FROM repository WHERE instr(name, ?1) > 0",
      "SELECT count(*) FROM repository_search WHERE repository_search MATCH ?1"};
  auto index = static_cast<std::size_t>(search);
  Rows rows = database.query(mayRead ? names[index].c_str() : kCounts[index], pattern);
  return mayRead ? countReadable(rows, mayRead) : countOf(rows);
}

RepositorySummary summaryOf(Rows& rows) {
  return {repositoryOf(rows), rows.count(7), rows.count(8)};
}

Result<std::optional<std::int64_t>> repositoryId(Database& database, const std::string& name) {
  Rows rows = database.query("SELECT id FROM repository WHERE name = ?1", name);
  return first(rows, [](Rows& row) { return row.integer(0); });
}

}  // namespace

Result<Page<RepositorySummary>> pageRepositories(Database& database, const PageQuery<RepositorySort>& query,
                                                 const MetaBrowse::MayRead& mayRead) {
  Page<RepositorySummary> page;
  auto part = browse::searched(query.search);
  if (!part) return page;
  auto search = part->empty() ? Search::None : part->size() < kTrigram ? Search::Scan : Search::Index;
  // What is searched for has no quotation marks in it.
  auto pattern = search == Search::Index ? '"' + *part + '"' : *part;
  auto total = countRepositories(database, search, pattern, mayRead);
  if (!total) return fail(std::move(total.error()));
  page.total = *total;

  auto after = query.after.value_or(beginning(query.descending));
  auto most = mayRead ? std::numeric_limits<std::int64_t>::max() : rowLimit(query.limit + 1);
  Rows rows =
      database.query(repositoryRows(search, query.sort, query.descending), pattern, after.key, after.name, most);
  while (rows.next()) {
    auto summary = summaryOf(rows);
    if (mayRead && !mayRead(summary.record.name)) continue;
    if (!browse::add(page, std::move(summary), query)) break;
  }
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return page;
}

Result<std::optional<RepositoryDetail>> detailRepository(Database& database, const std::string& name) {
  std::int64_t id = 0;
  Rows rows = database.query(
      "SELECT name, origin_host, origin_name, created_at, last_pulled_at, pulls, content_bytes, tags, manifests, id "
      "FROM repository WHERE name = ?1",
      name);
  auto found = first(rows, [&](Rows& row) {
    id = row.integer(9);
    return RepositoryDetail{summaryOf(row), 0};
  });
  if (!found || !*found) return found;
  Rows ownRows = database.query(
      "SELECT (SELECT coalesce(sum(m.size), 0) FROM manifest m WHERE m.repository_id = ?1 AND NOT EXISTS "
      "(SELECT 1 FROM manifest o WHERE o.digest = m.digest AND o.repository_id <> ?1)) + "
      "(SELECT coalesce(sum(b.size), 0) FROM repository_blob b WHERE b.repository_id = ?1 AND b.linked = 1 "
      "AND NOT EXISTS (SELECT 1 FROM repository_blob o "
      "WHERE o.digest = b.digest AND o.repository_id <> ?1 AND o.linked = 1))",
      id);
  auto own = countOf(ownRows);
  if (!own) return fail(std::move(own.error()));
  (*found)->ownBytes = *own;
  return found;
}

Result<Page<TagSummary>> pageTags(Database& database, const std::string& repository, const PageQuery<TagSort>& query) {
  auto id = repositoryId(database, repository);
  if (!id) return fail(std::move(id.error()));
  if (!*id) return failNoRepository(repository);
  Page<TagSummary> page;
  auto part = browse::searched(query.search);
  if (!part) return page;
  Rows counted = database.query(
      "SELECT count(*) FROM tag WHERE repository_id = ?2 AND (?1 = '' OR instr(lower(name), ?1) > 0)", *part, **id);
  auto total = countOf(counted);
  if (!total) return fail(std::move(total.error()));
  page.total = *total;

  auto after = query.after.value_or(beginning(query.descending));
  Rows rows = database.query(tagRows(query.sort, query.descending), *part, after.key, after.name,
                             rowLimit(query.limit + 1), **id);
  while (rows.next()) {
    if (!browse::add(page, tagSummaryOf(rows), query)) break;
  }
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return page;
}

Result<std::vector<TagSummary>> listTagsNamed(Database& database, const std::string& repository,
                                              const std::vector<std::string>& names) {
  static const auto text = tagSelect() + "t.name = ?1 AND ?2 = ?2 AND ?3 = ?3 AND ?4 = ?4";
  auto id = repositoryId(database, repository);
  if (!id) return fail(std::move(id.error()));
  if (!*id) return failNoRepository(repository);
  std::vector<TagSummary> tags;
  for (const auto& name : names) {
    Rows rows = database.query(text.c_str(), name, std::int64_t{0}, std::int64_t{0}, std::int64_t{0}, **id);
    auto found = first(rows, tagSummaryOf);
    if (!found) return fail(std::move(found.error()));
    if (*found) tags.push_back(std::move(**found));
  }
  return tags;
}

Result<std::vector<std::string>> listTagsOf(Database& database, const std::string& repository, const Digest& digest,
                                            std::size_t limit) {
  Rows rows = database.query(
      "SELECT t.name FROM repository r JOIN manifest m ON m.repository_id = r.id AND m.digest = ?2 "
      "JOIN tag t ON t.manifest_id = m.id WHERE r.name = ?1 ORDER BY t.name LIMIT ?3",
      repository, digest, rowLimit(limit));
  return all(rows, [](Rows& row) { return row.text(0); });
}

Result<std::vector<Whereabouts>> findWhereabouts(Database& database, const std::string& repository,
                                                 const std::vector<Digest>& digests) {
  auto id = repositoryId(database, repository);
  if (!id) return fail(std::move(id.error()));
  std::vector<Whereabouts> found;
  for (const auto& digest : digests) {
    Rows rows = database.query(
        "SELECT EXISTS (SELECT 1 FROM repository_blob WHERE repository_id = ?2 AND digest = ?1 AND linked = 1) "
        "OR EXISTS (SELECT 1 FROM manifest WHERE repository_id = ?2 AND digest = ?1), "
        "EXISTS (SELECT 1 FROM repository_blob WHERE digest = ?1 AND repository_id <> ?2 AND linked = 1) "
        "OR EXISTS (SELECT 1 FROM manifest WHERE digest = ?1 AND repository_id <> ?2)",
        digest, id->value_or(0));
    auto& where = found.emplace_back();
    if (rows.next()) where = {rows.integer(0) != 0, rows.integer(1) != 0};
    if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  }
  return found;
}

}  // namespace larder::storage::sqlite
