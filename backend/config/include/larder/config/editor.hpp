// Editing the configuration of a running daemon, so that no edit can hurt: all is validated before anything is written,
// written atomically, kept as a revision with its author, and can be rolled back.
//
// A file that cannot be written (a mounted ConfigMap, mode 0444, YAML with its comments, or none at all: the built-in
// configuration) stays as it is. Edits are then kept as an overlay, a merge patch in the data directory that is laid
// over the file at each load; what changes in the file later is merged with it, and wins where both changed the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/config/json.hpp"
#include "larder/config/load.hpp"
#include "larder/core/result.hpp"

namespace larder::config {

// What is shown in the place of a secret that is set, and means "as it was" where it comes back.
inline constexpr std::string_view kSecret = "********";

struct Difference {
  std::string path;    // as Problem::path, of the later document; of the earlier one for what was removed
  Json before, after;  // null: not there. Secrets are hidden
  std::string name;    // what the element of a list is called in which it is: "https://ghcr.io"; "" outside of lists
  // An element of a list that was moved: its places before and after, then; before and after are null.
  std::optional<std::size_t> from = std::nullopt, to = std::nullopt;
};

// What two admins changed, each in another way. Null: not there. Secrets are hidden.
struct Conflict {
  std::string id;    // "1", "2", …: the same as long as the three documents are
  std::string path;  // as Problem::path
  std::string name;  // as Difference::name
  Json before, theirs, mine;
};
enum class Choice { Before, Theirs, Mine };
using Choices = std::map<std::string, Choice>;  // by the conflict's id

// Who edits, for the history.
struct Author {
  std::string user;    // "" for the anonymous
  std::string remote;  // address of the client
};

enum class Origin { Start, File, Edit, RollBack, Revert, Merge };
const char* toString(Origin origin);

struct Revision {
  std::uint64_t number = 0;  // counts up from 1
  std::string hash;          // of the document
  std::chrono::system_clock::time_point time;
  Author author;  // empty for what was found in the file
  Origin origin = Origin::File;
  std::vector<std::string> paths;  // what it changed of the one before; the first ones
  std::vector<std::string> rules;  // the identities of its sync rules, in their order
  std::uint64_t parent = 0;        // the one before, which it changed; 0 if that is not known
};

// The configuration as it is written: the file's document with the overlay laid over it.
struct Written {
  Json document;  // holds secrets
  std::uint64_t revision = 0;
  std::vector<std::string> rules;  // the identities of its sync rules, in their order
  std::filesystem::path file;      // "" for the built-in one
  std::string readOnly;            // why edits go to an overlay, as the end of a sentence; "" if they go to the file
  bool overlaid = false;
};

// How the last load went.
struct LoadState {
  bool ok = true;
  std::string error;  // why what is written is not in force, "" if it is
  std::vector<Problem> problems;
  std::chrono::system_clock::time_point time;
  // Of the last load that went well, which is in force.
  std::uint64_t revision = 0;
  bool editsOverlay = false;  // the file cannot be written
  bool overlaid = false;
  std::vector<std::string> restartNeeded;
};

// What an edit did, or would do.
struct Edited {
  std::uint64_t revision = 0;  // the one that is written now
  bool saved = false;          // false for a dry run, and where nothing was changed
  bool inOverlay = false;
  std::vector<Difference> changes;
  std::vector<Problem> warnings;
  std::vector<std::string> restartNeeded;
  std::vector<std::string> rules;  // the identities of the sync rules afterwards
};

// Why an edit was not made. Nothing was written then.
struct Refusal {
  // Stale: what was edited has changed since the editor saw it. Conflicting: a merge has conflicts that nobody decided.
  enum class Kind { Stale, Conflicting, Invalid, Failed };
  Kind kind = Kind::Failed;
  core::Error error;              // always says why
  std::vector<Problem> problems;  // Invalid

  // Of Stale and Conflicting, so that an editor can show all three sides and go on from there. Secrets are hidden.
  std::uint64_t revision = 0;         // the one that is written now
  std::vector<Difference> meanwhile;  // what others changed
  std::vector<Conflict> conflicts;
  // Of the edit of one element: as the editor saw it, as it is (none: it was removed), and both edits in one.
  std::optional<Json> seen, current, merged;
  bool removed = false;      // the element is there no more
  bool baseUnknown = false;  // the revision that the editor saw is no longer kept: what others changed is not known
};

// A draft that was made upon an earlier revision, to be brought onto what is written now.
struct MergeDraft {
  std::uint64_t base = 0;
  Json draft;           // a merge patch upon the base, or the whole document
  bool isPatch = true;  // of the two
  Choices choices;
};
struct Merged {
  Edited edited;                         // its revision is the one that was merged onto, or made
  Json document;                         // secrets are hidden
  std::vector<Conflict> conflicts;       // without a choice
  std::vector<Difference> mine, theirs;  // against the base
  std::vector<Problem> errors;           // of a dry run: why it could not be saved
};

// Why a configuration that is valid may not be saved; nothing if it may.
using Veto = std::function<std::optional<core::Error>(const Snapshot& next)>;

struct EditOptions {
  // The number of the revision that the edit is based on; 0 for any. An edit of the whole is Stale if it is not the one
  // that is written.
  std::uint64_t basedOn = 0;
  Author author;
  bool dryRun = false;
  Origin origin = Origin::Edit;
  Veto veto = {};          // asked before anything is written; may block
  bool ofElement = false;  // the Change looks itself whether what it is about has changed since `basedOn`
};

// Thread-safe; one edit at a time, among all daemons that share the data directory. All functions block but state().
class Editor {
 public:
  using Apply = std::function<core::Result<void>()>;
  // Makes a new document of the one that is written. `seen`: the one of EditOptions::basedOn, or again the current one.
  // In both the sync rules carry their identities (sync_rules.hpp). `seen` is null if that revision is no longer kept.
  // A Refusal ends the edit.
  using Change = std::function<tl::expected<Json, Refusal>(const Json& current, const Json& seen)>;

  // `file`: empty for `builtIn`, the text of a configuration that nobody can write.
  Editor(std::filesystem::path file, std::string builtIn);
  ~Editor();
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  // Loads what is written. Where an overlay cannot be read or does not fit the file any more, a first load takes the
  // file alone and says so in a warning; the state is not ok then.
  Loaded load();
  // Notes how the taking into force of the last load went, and, if that was well, what is new as a revision.
  void loaded(const Loaded& result, const core::Result<void>& applied);
  // Whether the files are as the last load found them.
  bool isLoaded() const;
  LoadState state() const;

  // `apply` takes what is written into force: load(), loaded(). Waits for an edit that runs.
  void setApply(Apply apply);
  // Runs `apply` if `wanted` says so, once no edit runs.
  core::Result<void> reload(const std::function<bool()>& wanted);
  // Runs the edit of a file that the configuration names, then takes what it wrote into force.
  core::Result<void> editFile(const std::function<core::Result<void>()>& edit);

  // What nobody has seen yet, since the file was changed by hand, becomes a revision. Waits for an edit that runs only
  // where the file changed. Conflict if the file cannot be read.
  core::Result<Written> written();
  // Without its secrets.
  Json shown(const Json& document) const;
  // Where secrets are set, as Problem::path.
  std::vector<std::string> secrets(const Json& document) const;
  struct Drift {
    Json overlay = Json::object();  // the merge patch, without its secrets
    std::vector<Difference> changes;
    std::vector<Problem> warnings;  // where the file changed what the overlay was made for
  };
  // What an overlay makes different from the file.
  core::Result<Drift> drift() const;
  // Files whose change is a change of the configuration.
  std::vector<std::filesystem::path> files() const;

  tl::expected<Edited, Refusal> edit(const Change& change, const EditOptions& options);
  tl::expected<Edited, Refusal> patch(const Json& patch, const EditOptions& options);
  // Takes a whole document; secrets that are shown as kSecret stay what they are.
  tl::expected<Edited, Refusal> replace(const Json& document, const EditOptions& options);
  tl::expected<Edited, Refusal> rollBack(std::uint64_t number, EditOptions options);
  // Merges the draft, its base and what is written three ways, and saves the result if `options` say so: Conflicting
  // while there are conflicts without a choice. Stale, with `baseUnknown`, if the base is no longer kept;
  // NotFound if it never was.
  tl::expected<Merged, Refusal> merge(const MergeDraft& draft, EditOptions options);
  // The configuration that saving the draft would put into force, with its conflicts as they are; a base of 0 is what
  // is written. Invalid with what is wrong with it; a base that is not kept as in merge().
  tl::expected<Snapshot, Refusal> drafted(const MergeDraft& draft);
  // Takes back what one revision changed, and nothing that came later: the same merge.
  tl::expected<Merged, Refusal> revert(std::uint64_t number, const Choices& choices, EditOptions options);
  // Gives up the overlay: the file alone is in force then.
  tl::expected<Edited, Refusal> dropOverlay(const EditOptions& options);

  // The newest first.
  core::Result<std::vector<Revision>> history() const;
  // NotFound for a revision that is no longer kept.
  core::Result<Json> revision(std::uint64_t number) const;
  core::Result<Revision> revisionHead(std::uint64_t number) const;
  // From one revision to another, secrets hidden.
  core::Result<std::vector<Difference>> between(std::uint64_t from, std::uint64_t to) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace larder::config
