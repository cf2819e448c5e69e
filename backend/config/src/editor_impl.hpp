// What is behind an Editor, which is in three files: editor.cpp, editor_revisions.cpp for what is noted as revisions,
// and editor_merge.cpp for what merges.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "document_edit.hpp"
#include "history.hpp"
#include "larder/config/editor.hpp"
#include "layers.hpp"
#include "own_directory.hpp"
#include "private_directory.hpp"
#include "process_lock.hpp"
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

  // Held by who edits, by who notes what the files say as a revision, and while the result comes into force: what is
  // read in between is neither half an edit nor somebody's own change. `apply` runs under it, and notes.
  std::recursive_mutex editing;
  int turns = 0;      // of the thread that holds `editing`, one in another
  ProcessLock among;  // the same among the daemons of the directory, while `turns` is not 0

  mutable std::mutex mutex;
  std::filesystem::path shared;     // <root>/_larder/config; set by the first load that can tell it
  std::filesystem::path directory;  // of this file's revisions and overlay: that one, or one below it
  LoadState state;
  Snapshot started;
  Json loadedDocument;
  Stamps loadedStamps;
  bool editsOverlay = false, overlaid = false;  // at the last load
  std::string leftOut;                          // why the first load left the overlay out, "" if it did not

  // What was noted last, as a number stays that of what it was given to.
  struct Noted {
    std::uint64_t number = 0;
    RuleIds rules;
    std::string hash;
    Stamps stamps;  // of the files that said it
  };
  Noted last;
  // A revision that could not be kept, on a full disk say.
  struct Unkept {
    Revision revision;
    Json document;
  };
  std::optional<Unkept> unkept;
  std::uint64_t given = 0;  // the highest number: none is given twice, though its revision is taken back

  // What written() answered last, which holds as long as the files stay as they are.
  struct Answer {
    Written written;
    Stamps stamps;
    bool yaml = false;
  };
  std::shared_ptr<const Answer> answer;

  // The right to edit and to note, until it is destroyed.
  class Turn {
   public:
    explicit Turn(Impl& impl);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    // Why it is not held against other processes: one of them has it for long.
    const std::optional<core::Error>& error() const { return error_; }

   private:
    Impl& impl_;
    std::unique_lock<std::recursive_mutex> lock_;
    std::optional<core::Error> error_;
  };

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

  void findDirectory();
  void makeDirectory() const;
  void claim();

  std::string readOnly(const Layers& layers) const { return readOnly(isYaml(file, layers.file.text)); }
  std::string readOnly(bool yaml) const {
    if (file.empty()) return "is built into larderd";
    if (auto why = whyReadOnly(file)) return *why;
    return yaml ? "is YAML, and saving it would lose its comments" : "";
  }
  Stamps stampsNow() const { return {stampOf(file), stampOf(overlayFile())}; }

  // Makes a new document of `current`, in which rules carry their identities, as in `seen`.
  using Step = std::function<tl::expected<Json, Refusal>(const Layers&, const Json& current, const Json& seen)>;
  tl::expected<Edited, Refusal> perform(const Step& change, const EditOptions& options);
  // What a draft was made upon, with rules that carry their identities: Stale if it is no longer kept.
  tl::expected<Json, Refusal> baseOf(std::uint64_t number, const Written& now) const;
  // What a draft makes of its base, both with rules that carry their identities.
  tl::expected<Json, Refusal> mineOf(const MergeDraft& draft, const Json& base) const;
  // Brings `mine`, which was made upon `base`, onto what is written.
  tl::expected<Merged, Refusal> mergeOnto(const Json& base, const Json& mine, const Choices& choices,
                                          const EditOptions& options);

  // What note() makes of `document`: the revision that it is already, or 0 as the number of a new one. With `editing`.
  Noted identify(const Json& document, const Stamps& stamps) const;
  // The revision that `document` is, which files with these stamps say: a new one if need be. What cannot be kept gets
  // a number all the same. In a Turn.
  Noted note(const Json& document, Origin origin, const Stamps& stamps);
  // The new revision that an edit upon `upon` makes. In a Turn.
  std::uint64_t noteEdit(const Json& document, const EditOptions& options, const Noted& upon, const RuleIds& rules);
  void keep(Revision& revision, const Json& document);
  void retryUnkept();
  void takeBack(std::uint64_t number);
  std::optional<Revision> newest() const;
  // As history() has it, or as it could not be kept.
  core::Result<Json> documentOf(std::uint64_t number) const;
  std::optional<Revision> headOf(std::uint64_t number) const;
  // A revision with rules that carry their identities. NotFound.
  core::Result<Json> carrying(std::uint64_t number) const;
  std::optional<Written> remembered() const;
  tl::unexpected<Refusal> stale(std::uint64_t number, std::uint64_t basedOn, const Json& current) const;
  std::vector<Problem> beyondEdits(const Layers& layers, const Json& current, Json& next, Origin origin) const;
  std::optional<Json> writtenByHand() const;
  core::Result<void> write(const Layers& layers, const Json& next, bool toOverlay) const;
  void restore(const Layers& layers, bool inOverlay) const;
};

}  // namespace larder::config
