#include "larder/config/editor.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

#include "editor_impl.hpp"
#include "file_scope.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;
using Outcome = tl::expected<Edited, Refusal>;

constexpr std::size_t kMostPaths = 50;  // of a revision

// A revision that was kept before rules had identities gets those that it would have got.
RuleIds keptRules(const Revision& revision, const Json& document) {
  if (revision.rules.size() == countRules(document)) return revision.rules;
  return identifyRules(document, {}, {});
}

}  // namespace

tl::unexpected<Refusal> refuse(std::vector<Problem> problems) {
  Refusal refusal;
  refusal.kind = Refusal::Kind::Invalid;
  refusal.error = {ErrorCode::InvalidArgument, "The configuration would not be valid: nothing was changed."};
  std::erase_if(problems, [](const Problem& problem) { return problem.severity != Severity::Error; });
  refusal.problems = std::move(problems);
  return tl::make_unexpected(std::move(refusal));
}

// Before the document is checked: the overlay's place depends on it.
std::filesystem::path rootOf(const Json& document) {
  const auto* root = memberAnyCase(memberAnyCase(&document, "storage"), "rootDirectory");
  if (root != nullptr && root->is_string() && !root->get_ref<const std::string&>().empty())
    return root->get<std::string>();
  return configSchema().find("storage")->second->find("rootDirectory")->second->defaultValue->get<std::string>();
}

Editor::Editor(std::filesystem::path file, std::string builtIn)
    : impl_(std::make_unique<Impl>(std::move(file), std::move(builtIn))) {}
Editor::~Editor() = default;

void Editor::setApply(Apply apply) {
  std::lock_guard lock(impl_->editing);
  impl_->apply = std::move(apply);
}

core::Result<void> Editor::editFile(const std::function<core::Result<void>()>& edit) {
  std::lock_guard lock(impl_->editing);
  if (auto edited = edit(); !edited) return edited;
  auto applied = impl_->apply ? impl_->apply() : core::Result<void>{};
  if (applied) return {};
  return core::fail(ErrorCode::Conflict,
                    "This was written, but the configuration cannot be loaded, so that it is not in force: " +
                        applied.error().message,
                    applied.error().where);
}

Loaded Editor::load() {
  impl_->findDirectory();
  auto layers = impl_->layers();
  if (!layers) return {nullptr, {{Severity::Error, layers.error().where, layers.error().message, ""}}};
  auto document = layers->composed();
  auto result = loadDocument(document);
  if (!result.config && layers->overlay && !impl_->startedWith()) {
    // What was edited here must not keep a daemon from starting whose file is good.
    auto alone = loadDocument(layers->base);
    if (alone.config) {
      for (const auto& problem : result.problems) {
        alone.problems.push_back(
            {Severity::Warning, problem.path,
             "The overlay of edits does not fit the file any more and is left out: " + problem.message, problem.hint});
      }
      document = layers->base;
      result = std::move(alone);
    }
  }
  bool editsOverlay = !impl_->readOnly(*layers).empty();
  std::lock_guard lock(impl_->mutex);
  impl_->loadedDocument = std::move(document);
  impl_->editsOverlay = editsOverlay;
  impl_->overlaid = layers->overlay.has_value();
  return result;
}

void Editor::loaded(const Loaded& result, const core::Result<void>& applied) {
  Json document;
  bool first = false;
  {
    std::lock_guard lock(impl_->mutex);
    auto& state = impl_->state;
    state.ok = result.config && applied;
    state.error = !result.config && !result.problems.empty() ? toString(result.problems.front())
                  : applied                                  ? ""
                                                             : applied.error().message;
    state.problems = result.problems;
    state.time = std::chrono::system_clock::now();
    if (!state.ok) return;
    first = !impl_->started;
    if (first) impl_->started = result.config;
    state.restartNeeded = restartNeeded(*impl_->started, *result.config);
    state.editsOverlay = impl_->editsOverlay;
    state.overlaid = impl_->overlaid;
    document = impl_->loadedDocument;
  }
  if (auto noted = impl_->note(document, first ? Origin::Start : Origin::File, {})) {
    std::lock_guard lock(impl_->mutex);
    impl_->state.revision = noted->number;
  } else {
    spdlog::warn("config_revision_not_kept where=\"{}\" message=\"{}\"", noted.error().where, noted.error().message);
  }
}

core::Result<Editor::Impl::Noted> Editor::Impl::note(const Json& document, Origin origin, Author author,
                                                     std::optional<RuleIds> rules) {
  std::lock_guard lock(noting);
  auto kept = history();
  auto newest = kept.newest();
  Revision revision{0, hashOf(document), std::chrono::system_clock::now(), std::move(author), origin, {}, {}};
  revision.rules = rules ? std::move(*rules) : rulesOf(document);
  if (newest && newest->hash == revision.hash) return Noted{newest->number, std::move(revision.rules)};
  auto before = newest ? carrying(newest->number) : core::Result<Json>(Json::object());
  if (newest && before) {
    auto after = withRuleIds(document, revision.rules);
    for (auto& change : differences(configSchema(), *before, after, kMostPaths)) {
      if (revision.paths.empty() || revision.paths.back() != change.path) revision.paths.push_back(change.path);
    }
  }
  auto added = kept.add(revision, document);
  if (!added) return core::fail(added.error());
  return Noted{*added, std::move(revision.rules)};
}

RuleIds Editor::Impl::rulesOf(const Json& document) const {
  auto kept = history();
  auto newest = kept.newest();
  auto before = newest ? kept.document(newest->number) : core::Result<Json>(Json::object());
  if (!newest || !before) return identifyRules(document, {}, {});
  auto rules = keptRules(*newest, *before);
  return newest->hash == hashOf(document) ? rules : identifyRules(document, *before, rules);
}

core::Result<Json> Editor::Impl::carrying(std::uint64_t number) const {
  auto kept = history();
  auto document = kept.document(number);
  if (!document) return document;
  auto head = kept.head(number);
  auto rules = keptRules(head.value_or(Revision{}), *document);
  return withRuleIds(std::move(*document), rules);
}

LoadState Editor::state() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->state;
}

core::Result<Written> Editor::written() {
  auto layers = impl_->layers();
  if (!layers) return core::fail(layers.error());
  Written written;
  written.document = layers->composed();
  auto noted = impl_->note(written.document, Origin::File, {});
  if (!noted) return core::fail(noted.error());
  written.revision = noted->number;
  written.rules = std::move(noted->rules);
  written.file = impl_->file;
  written.readOnly = impl_->readOnly(*layers);
  written.overlaid = layers->overlay.has_value();
  return written;
}

Json Editor::shown(const Json& document) const {
  return withoutSecrets(&configSchema(), document);
}

std::vector<std::string> Editor::secrets(const Json& document) const {
  return secretPaths(configSchema(), document);
}

core::Result<Editor::Drift> Editor::drift() const {
  auto layers = impl_->layers();
  if (!layers) return core::fail(layers.error());
  Drift drift;
  if (layers->overlay) drift.overlay = shown(*layers->overlay);
  drift.changes = differences(configSchema(), layers->base, layers->composed(), kMostDifferences);
  return drift;
}

std::vector<std::filesystem::path> Editor::files() const {
  std::vector<std::filesystem::path> files;
  if (!impl_->file.empty()) files.push_back(impl_->file);
  if (auto overlay = impl_->overlayFile(); !overlay.empty()) files.push_back(std::move(overlay));
  return files;
}

std::filesystem::path Editor::directory() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->directory;
}

Outcome Editor::edit(const Change& change, const EditOptions& options) {
  return impl_->perform(
      [&change](const Layers&, const Json& current, const Json& seen) { return change(current, seen); }, options);
}

Outcome Editor::patch(const Json& patch, const EditOptions& options) {
  return impl_->perform(
      [&patch](const Layers&, const Json& current, const Json&) {
        auto next = current;
        mergePatch(&configSchema(), next, patch);
        return next;
      },
      options);
}

Outcome Editor::replace(const Json& document, const EditOptions& options) {
  return impl_->perform([&document](const Layers&, const Json&, const Json&) { return document; }, options);
}

Outcome Editor::rollBack(std::uint64_t number, EditOptions options) {
  options.origin = Origin::RollBack;
  return impl_->perform(
      [this, number](const Layers&, const Json&, const Json&) -> tl::expected<Json, Refusal> {
        auto document = impl_->carrying(number);
        if (!document) return refuse(document.error());
        return std::move(*document);
      },
      options);
}

Outcome Editor::dropOverlay(const EditOptions& options) {
  return impl_->perform([](const Layers& layers, const Json&, const Json&) { return layers.base; }, options);
}

core::Result<std::vector<Revision>> Editor::history() const {
  return impl_->history().list();
}

core::Result<Json> Editor::revision(std::uint64_t number) const {
  return impl_->history().document(number);
}

core::Result<Revision> Editor::revisionHead(std::uint64_t number) const {
  if (auto head = impl_->history().head(number)) return std::move(*head);
  return core::fail(ErrorCode::NotFound, "Revision " + std::to_string(number) + " is not kept.");
}

core::Result<std::vector<Difference>> Editor::between(std::uint64_t from, std::uint64_t to) const {
  auto before = impl_->carrying(from);
  if (!before) return core::fail(before.error());
  auto after = impl_->carrying(to);
  if (!after) return core::fail(after.error());
  return differences(configSchema(), *before, *after, kMostDifferences);
}

tl::unexpected<Refusal> Editor::Impl::stale(std::uint64_t number, std::uint64_t basedOn, const Json& current) const {
  Refusal refusal;
  refusal.kind = Refusal::Kind::Stale;
  refusal.revision = number;
  refusal.error = {ErrorCode::Conflict, "The configuration has changed since you read it."};
  if (auto seen = carrying(basedOn)) refusal.meanwhile = differences(configSchema(), *seen, current, kMostDifferences);
  return tl::make_unexpected(std::move(refusal));
}

Outcome Editor::Impl::perform(const Step& change, const EditOptions& options) {
  std::lock_guard lock(editing);
  auto layers = this->layers();
  if (!layers) return refuse(layers.error());
  const auto plain = layers->composed();
  auto noted = note(plain, Origin::File, {});
  if (!noted) return refuse(noted.error());
  const auto current = withRuleIds(plain, noted->rules);
  auto seen = core::Result<Json>(current);
  if (options.basedOn != 0 && options.basedOn != noted->number) {
    if (!options.ofElement) return stale(noted->number, options.basedOn, current);
    seen = carrying(options.basedOn);
    if (!seen) return stale(noted->number, options.basedOn, current);
  }
  auto next = change(*layers, current, *seen);
  if (!next) {
    next.error().revision = noted->number;
    return tl::make_unexpected(std::move(next.error()));
  }
  auto rules = identifyRules(*next, plain, noted->rules);
  dropRuleIds(*next, {rules.begin(), rules.end()});
  if (auto missing = restoreSecrets(configSchema(), *next, plain); !missing.empty()) return refuse(std::move(missing));
  // Before anything opens a file that the edit names.
  if (auto beyond = beyondEdits(*layers, plain, *next, options.origin); !beyond.empty()) {
    return refuse(std::move(beyond));
  }
  auto checked = loadDocument(*next);
  if (!checked.config) return refuse(std::move(checked.problems));

  Edited edited;
  edited.revision = noted->number;
  edited.rules = rules;
  edited.inOverlay = !readOnly(*layers).empty();
  edited.changes = differences(configSchema(), current, withRuleIds(*next, rules), kMostDifferences);
  edited.warnings = std::move(checked.problems);
  if (auto running = startedWith()) edited.restartNeeded = restartNeeded(*running, *checked.config);
  if (edited.inOverlay && rootOf(*next) != rootOf(layers->base)) {
    return refuse(std::vector<Problem>{{Severity::Error, "storage.rootDirectory",
                                        "The edits of a file that cannot be written are kept in this directory.",
                                        "Change it in the file itself"}});
  }
  if (*next == plain) return edited;
  if (options.veto) {
    if (auto why = options.veto(checked.config)) return refuse(std::move(*why));
  }
  if (options.dryRun) return edited;

  auto added = note(*next, options.origin, options.author, std::move(rules));
  if (!added) return refuse(added.error());
  if (auto wrote = write(*layers, *next, edited.inOverlay); !wrote) {
    history().remove(added->number);
    return refuse(wrote.error());
  }
  edited.revision = added->number;
  edited.saved = true;
  if (!apply) return edited;
  if (auto applied = apply(); !applied) {
    restore(*layers, edited.inOverlay);
    history().remove(added->number);
    // The old state goes into force again; that it did a moment ago is the best that is known of it.
    if (auto back = apply(); !back) spdlog::error("config_restore_failed message=\"{}\"", back.error().message);
    return refuse(std::vector<Problem>{{Severity::Error, applied.error().where, applied.error().message, ""}});
  }
  return edited;
}

// What only the file itself may say. A roll-back leaves that as it is, and so does a revert.
std::vector<Problem> Editor::Impl::beyondEdits(const Layers& layers, const Json& current, Json& next,
                                               Origin origin) const {
  const auto& schema = configSchema();
  auto changed = keepFileOnly(schema, layers.base, next);
  std::vector<Problem> problems;
  if (origin != Origin::RollBack && origin != Origin::Revert) {
    for (const auto& place : changed) {
      problems.push_back({Severity::Error, place.toString(), "This key cannot be changed through the API.",
                          "Change it in the configuration file itself"});
    }
  }
  FileScope scope(schema, file, layers.base, current);
  auto beyond = scope.check(next);
  if (!beyond.empty() && !layers.overlay) {
    // Edits go into the file: one that left a directory must not keep the next from coming back to it.
    if (auto written = writtenByHand()) scope.open(*written);
    beyond = scope.check(next);
  }
  std::ranges::move(beyond, std::back_inserter(problems));
  return problems;
}

// The last text of the file that no edit made, unless its revision is no longer kept.
std::optional<Json> Editor::Impl::writtenByHand() const {
  auto kept = history();
  auto revisions = kept.list();
  auto found = std::ranges::find_if(revisions, [](const Revision& revision) {
    return revision.origin == Origin::File || revision.origin == Origin::Start;
  });
  if (found == revisions.end()) return std::nullopt;
  auto document = kept.document(found->number);
  return document ? std::optional(std::move(*document)) : std::nullopt;
}

core::Result<void> Editor::Impl::write(const Layers& layers, const Json& next, bool toOverlay) const {
  if (toOverlay) return writeOverlay(layers, patchBetween(layers.base, next));
  if (next != layers.base) {
    auto written = replaceFile(file, asText(next, layers.file.text), layers.file.stamp);
    if (!written) return core::fail(written.error());
  }
  // What it said is in the file now.
  if (layers.overlay) return writeOverlay(layers, Json::object());
  return {};
}

core::Result<void> Editor::Impl::writeOverlay(const Layers& layers, const Json& patch) const {
  auto path = overlayFile();
  std::error_code error;
  if (patch.empty()) {
    std::filesystem::remove(path, error);
    if (error) return core::fail(ErrorCode::Io, "The overlay cannot be removed: " + error.message(), path.string());
    return {};
  }
  makePrivate(path.parent_path());
  auto written = replaceFile(path, patch.dump(2) + "\n", layers.overlayStamp);
  if (!written) return core::fail(written.error());
  return {};
}

void Editor::Impl::restore(const Layers& layers, bool inOverlay) const {
  auto putBack = [](const std::filesystem::path& path, const std::string& text) {
    auto now = readForEdit(path, SIZE_MAX);
    auto back = now ? replaceFile(path, text, now->stamp) : core::Result<FileStamp>(core::fail(now.error()));
    if (!back) spdlog::error("config_restore_failed path={} message=\"{}\"", path.string(), back.error().message);
  };
  if (!inOverlay) putBack(file, layers.file.text);
  if (layers.overlay) {
    putBack(overlayFile(), layers.overlay->dump(2) + "\n");
  } else if (inOverlay) {
    std::error_code ignored;
    std::filesystem::remove(overlayFile(), ignored);
  }
}

}  // namespace larder::config
