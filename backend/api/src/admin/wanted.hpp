// What a call is about, as more than one call names it: a repository, an image, a sync rule; pages and their order.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/call.hpp"
#include "larder/config/editor.hpp"
#include "larder/core/reference.hpp"
#include "larder/registry/browse_service.hpp"

namespace larder::api::admin {

template <class T>
using Wanted = tl::expected<T, http::Response>;

http::Response noRepository();
// ?repository, if the caller may read it: 404 for others, whether they are there or not.
Wanted<std::string> wantedRepository(const Call& call);
// The same where it may be left out: "" for all.
Wanted<std::string> wantedRepositoryOrAll(const Call& call);
// ?reference.
Wanted<core::Reference> wantedReference(const Call& call);

struct WantedImage {
  std::string repository;
  core::Reference reference;

  // "library/nginx:1.27", "library/nginx@sha256:…".
  std::string name() const;
};
// ?repository and ?reference.
Wanted<WantedImage> wantedImage(const Call& call);
// "nginx", which is "nginx:latest", "nginx:1.27" or "nginx@sha256:…". Nothing if it is no image's name.
std::optional<WantedImage> parseImage(std::string_view name);

inline constexpr std::size_t kMostRules = 1000;
// Whether what is written is what is in force.
bool isWrittenInForce(const Call& call, const config::Written& written);
// The identities of the sync rules in force, in their order. Conflict while what is written is not in force.
runtime::Task<core::Result<std::vector<std::string>>> rulesInForce(const Call& call);
// The place of the path's {id} among them: 404 if it is none of them.
runtime::Task<Wanted<std::size_t>> wantedRule(const Call& call);

// Whether the caller may do this in the repository.
bool may(const Call& call, const std::string& repository, auth::Action action);
// 403 for who may not.
std::optional<http::Response> refuseUnless(const Call& call, const std::string& repository, auth::Action action);

// A cursor is the position itself: "<key>:<name>".
std::string cursorOf(const storage::PagePosition& position);
std::optional<storage::PagePosition> parseCursor(std::string_view cursor);

// ?q, ?sort (by its place in `sorts`), ?order, ?limit and ?cursor.
template <class Sort, std::size_t N>
Wanted<storage::PageQuery<Sort>> wantedPage(const Call& call, const std::array<std::string_view, N>& sorts) {
  auto page = pageOf(call);
  if (!page) return tl::unexpected(failed(call, page.error()));
  storage::PageQuery<Sort> query;
  query.limit = page->limit;
  query.search = call.head().queryParameter("q").value_or("");
  auto order = call.head().queryParameter("order").value_or("asc");
  query.descending = order == "desc";
  if (order != "asc" && order != "desc") {
    return tl::unexpected(invalidInput({{"?order", "Unknown order.", "asc or desc"}}));
  }
  auto sort = call.head().queryParameter("sort").value_or(std::string(sorts.front()));
  std::size_t index = 0;
  while (index < N && sorts[index] != sort) ++index;
  if (index == N)
    return tl::unexpected(invalidInput({{"?sort", "Unknown sort key.", "Leave it out to sort by name."}}));
  query.sort = static_cast<Sort>(index);
  if (page->cursor.empty()) return query;
  query.after = parseCursor(page->cursor);
  if (!query.after) {
    return tl::unexpected(invalidInput({{"?cursor", "This is not a valid cursor.", "Start with the first page."}}));
  }
  return query;
}

}  // namespace larder::api::admin
