// Reading the audit log back, from its end.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/apitypes/activity.hpp"
#include "larder/core/result.hpp"

namespace larder::api {

// A place in the log: a file, by its inode, which it keeps when it is renamed, and an offset in it. In text
// "inode-offset".
struct AuditPlace {
  std::uint64_t file = 0;
  std::uint64_t offset = 0;
};
std::string toString(const AuditPlace& place);
std::optional<AuditPlace> parseAuditPlace(std::string_view text);

struct AuditQuery {
  std::optional<std::chrono::system_clock::time_point> from, to;  // `to` is not included
  // "" for any. Records of failed logins as the user are the user's too.
  std::string user, action;
  std::size_t limit = 50;
  std::optional<AuditPlace> before;  // the place that records are sought before; nothing: the end
};

struct AuditPage {
  std::vector<apitypes::AuditRecord> records;  // the newest first
  std::size_t total = 0;                       // that match, in what was looked at
  std::optional<AuditPlace> next;              // `before` of the next page
};

// Looks at the last kMaxAuditBytes of the file and of those that it was renamed to (path.1 …): what is older is for
// tools that read files. A file that is not there has no records, and a place in one that is gone has none before it.
// Blocks.
inline constexpr std::uint64_t kMaxAuditBytes = 16 * 1024 * 1024;
core::Result<AuditPage> readAudit(const std::filesystem::path& path, const AuditQuery& query);

}  // namespace larder::api
