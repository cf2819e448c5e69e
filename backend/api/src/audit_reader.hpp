// Reading the audit log back, from its end.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/activity.hpp"
#include "larder/core/result.hpp"

namespace larder::api {

struct AuditQuery {
  std::optional<std::chrono::system_clock::time_point> from, to;  // `to` is not included
  std::string user, action;                                       // "" for any
  std::size_t limit = 50;
  std::uint64_t before = UINT64_MAX;  // the offset in the file that records are sought before
};

struct AuditPage {
  std::vector<apitypes::AuditRecord> records;  // the newest first
  std::size_t total = 0;                       // that match, in what was looked at
  std::optional<std::uint64_t> next;           // `before` of the next page
};

// Looks at the last kMaxAuditBytes of the file: what is older is for tools that read files. A file that is not there
// has no records. Blocks.
inline constexpr std::uint64_t kMaxAuditBytes = 16 * 1024 * 1024;
core::Result<AuditPage> readAudit(const std::filesystem::path& path, const AuditQuery& query);

}  // namespace larder::api
