// What the drivers of MetaBrowse have in common: the meaning of a search, and the making of a page.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "larder/storage/meta_browse.hpp"

namespace larder::storage::browse {

// The part of a name that is looked for, in lower case. Nothing if no name has such a part: names of repositories and
// tags are of few characters.
inline std::optional<std::string> searched(std::string text) {
  for (auto& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    bool occurs = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '/';
    if (!occurs) return std::nullopt;
  }
  return text;
}

inline std::int64_t nanoseconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

inline PagePosition positionOf(const RepositorySummary& item, RepositorySort sort) {
  const auto& record = item.record;
  switch (sort) {
    case RepositorySort::Size:
      return {static_cast<std::int64_t>(record.contentBytes), record.name};
    case RepositorySort::LastPull:
      return {nanoseconds(record.lastPulledAt), record.name};
    case RepositorySort::Pulls:
      return {static_cast<std::int64_t>(record.pulls), record.name};
    case RepositorySort::Name:
      break;
  }
  return {0, record.name};
}

inline PagePosition positionOf(const TagSummary& item, TagSort sort) {
  const auto& record = item.record;
  switch (sort) {
    case TagSort::Pushed:
      return {nanoseconds(record.pushedAt), record.name};
    case TagSort::LastPull:
      return {nanoseconds(record.lastPulledAt), record.name};
    case TagSort::Pulls:
      return {static_cast<std::int64_t>(record.pulls), record.name};
    case TagSort::Name:
      break;
  }
  return {0, record.name};
}

// False once the page is full: then there is a next one.
template <class Item, class Sort>
bool add(Page<Item>& page, Item item, const PageQuery<Sort>& query) {
  if (page.items.size() == query.limit) {
    page.next = positionOf(page.items.back(), query.sort);
    return false;
  }
  page.items.push_back(std::move(item));
  return true;
}

}  // namespace larder::storage::browse
