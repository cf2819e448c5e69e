// Which repositories of a directory that Zot has filled are here already.
//
// A mark stands for a state of a repository's index.json, so that what Zot adds later, after a way back to it, is taken
// over too. Beside it is kept what was taken over, so that nothing that was removed here comes back. Both are documents
// of the metadata store: they never outlive what they speak of, neither a power cut nor the loss of the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "adopted_content.hpp"
#include "larder/core/result.hpp"
#include "larder/runtime/task.hpp"
#include "larder/storage/shared_state.hpp"

namespace larder::daemon {

struct LayoutMark {
  std::string text;
  std::uint64_t bytes = 0;  // of index.json
};

// The mark of the repository as it is now; nothing if it is none. Blocks.
std::optional<LayoutMark> markOf(const LayoutPlace& place);

enum class Adopted : std::uint8_t {
  Nothing,    // of this state of the repository
  Manifests,  // but some blobs, which there was no room for, are still to come
  All,
};

// Thread-safe.
class AdoptedMarks {
 public:
  explicit AdoptedMarks(storage::SharedState& shared) : shared_(shared) {}

  // Of all repositories, by name: for compare().
  runtime::Task<core::Result<std::unordered_map<std::string, std::string>>> all();
  // "" if there is none.
  runtime::Task<core::Result<std::string>> of(const std::string& repository);
  runtime::Task<core::Result<void>> put(const std::string& repository, LayoutMark mark, Adopted adopted);
  runtime::Task<core::Result<AdoptedContent>> content(std::string repository);
  runtime::Task<core::Result<void>> putContent(const std::string& repository, const AdoptedContent* content);

  static Adopted compare(const std::string& kept, const LayoutMark& now);

 private:
  storage::SharedState& shared_;
};

}  // namespace larder::daemon
