// The revisions of the configuration, one file each: history/00000042.json in the directory of the configuration file
// (own_directory.hpp), of two lines, who and when, then the document. They hold secrets: only the daemon's user may
// read them.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "larder/config/editor.hpp"

namespace larder::config {

// All functions block. Several daemons may share the directory.
class History {
 public:
  static constexpr std::size_t kMostRevisions = 100;
  static constexpr std::uintmax_t kMostBytes = 64 * 1024 * 1024;

  explicit History(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Keeps the document under the revision's number, which nothing may be kept under, and drops the oldest beyond the
  // limits.
  core::Result<void> add(const Revision& revision, const Json& document) const;
  // The highest number that is kept, 0 if none is.
  std::uint64_t highest() const;
  void remove(std::uint64_t number) const;
  // The newest first; what cannot be read is left out.
  std::vector<Revision> list() const;
  std::optional<Revision> newest() const;
  // Nothing if it is not kept.
  std::optional<Revision> head(std::uint64_t number) const;
  // NotFound if it is not kept.
  core::Result<Json> document(std::uint64_t number) const;

 private:
  std::vector<std::uint64_t> numbers() const;  // ascending
  std::filesystem::path fileOf(std::uint64_t number) const;
  void prune() const;

  std::filesystem::path directory_;
};

}  // namespace larder::config
