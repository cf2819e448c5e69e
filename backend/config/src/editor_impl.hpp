// What is behind an Editor, which is in two files: editor.cpp, and editor_merge.cpp for what merges.
#pragma once

#include <mutex>
#include <optional>
#include <utility>

#include "document_edit.hpp"
#include "history.hpp"
#include "larder/config/editor.hpp"
#include "layers.hpp"
#include "private_directory.hpp"
#include "rule_ids.hpp"

namespace larder::config {

inline constexpr std::size_t kMostDifferences = 200;

inline tl::unexpected<Refusal> refuse(core::Error error) {
  Refusal refusal;
  refusal.error = std::move(error);
  return tl::make_unexpected(std::move(refusal));
}
// Invalid, with the errors among them.
tl::unexpected<Refusal> refuse(std::vector<Problem> problems);
// Before the document is checked: the overlay's place depends on it.
std::filesystem::path rootOf(const Json& document);

struct Editor::Impl {
  Impl(std::filesystem::path path, std::string text) : file(std::move(path)), builtIn(std::move(text)) {}

  const std::filesystem::path file;
  const std::string builtIn;
  Apply apply;

  std::mutex editing;  // held during an edit; `apply` runs under it, so that load() and loaded() never ask for it
  mutable std::mutex mutex;
  std::filesystem::path directory;  // set by the first load that can tell it
  LoadState state;
  Snapshot started;
  Json loadedDocument;
  bool editsOverlay = false, overlaid = false;  // at the last load

  std::mutex noting;  // what was found is one revision, however many find it

  std::filesystem::path overlayFile() const {
    std::lock_guard lock(mutex);
    return directory.empty() ? std::filesystem::path{} : directory / "overlay.json";
  }
  History history() const {
    std::lock_guard lock(mutex);
    return History(directory / "history");
  }
  Snapshot startedWith() const {
    std::lock_guard lock(mutex);
    return started;
  }

  core::Result<Layers> layers() const {
    auto layers = readLayers(file, builtIn, overlayFile());
    // Someone has to mend it, whatever is the matter.
    if (!layers) return core::fail(core::ErrorCode::Conflict, layers.error().message, layers.error().where);
    return layers;
  }

  void findDirectory() {
    {
      std::lock_guard lock(mutex);
      if (!directory.empty()) return;
    }
    auto base = readLayers(file, builtIn, {});
    if (!base) return;
    std::lock_guard lock(mutex);
    directory = rootOf(base->base) / "_larder" / "config";
    keepPrivate(directory);
  }

  std::string readOnly(const Layers& layers) const {
    if (file.empty()) return "is built into larderd";
    if (auto why = whyReadOnly(file)) return *why;
    return isYaml(file, layers.file.text) ? "is YAML, which would lose its comments" : "";
  }

  // Makes a new document of `current`, in which rules carry their identities, as in `seen`.
  using Step = std::function<tl::expected<Json, Refusal>(const Layers&, const Json& current, const Json& seen)>;
  tl::expected<Edited, Refusal> perform(const Step& change, const EditOptions& options);
  // What a draft makes of its base, both with rules that carry their identities.
  tl::expected<Json, Refusal> mineOf(const MergeDraft& draft, const Json& base) const;
  // Brings `mine`, which was made upon `base`, onto what is written.
  tl::expected<Merged, Refusal> mergeOnto(const Json& base, const Json& mine, const Choices& choices,
                                          const EditOptions& options);

  // The newest revision, which `document` becomes if it is another; `rules` are its identities where an edit knows
  // them.
  struct Noted {
    std::uint64_t number = 0;
    RuleIds rules;
  };
  core::Result<Noted> note(const Json& document, Origin origin, Author author, std::optional<RuleIds> rules = {});
  RuleIds rulesOf(const Json& document) const;
  // A revision with rules that carry their identities. NotFound.
  core::Result<Json> carrying(std::uint64_t number) const;
  tl::unexpected<Refusal> stale(std::uint64_t number, std::uint64_t basedOn, const Json& current) const;
  std::vector<Problem> beyondEdits(const Layers& layers, const Json& current, Json& next, Origin origin) const;
  std::optional<Json> writtenByHand() const;
  core::Result<void> write(const Layers& layers, const Json& next, bool toOverlay) const;
  core::Result<void> writeOverlay(const Layers& layers, const Json& patch) const;
  void restore(const Layers& layers, bool inOverlay) const;
};

}  // namespace larder::config
