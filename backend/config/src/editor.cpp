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

}  // namespace

tl::unexpected<Refusal> refuse(std::vector<Problem> problems) {
  Refusal refusal;
  refusal.kind = Refusal::Kind::Invalid;
  refusal.error = {ErrorCode::InvalidArgument, "The configuration would not be valid. Nothing was changed."};
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

core::Result<void> Editor::reload(const std::function<bool()>& wanted) {
  // Whatever another process does: what is written must come into force.
  Impl::Turn turn(*impl_);
  return impl_->apply && wanted() ? impl_->apply() : core::Result<void>{};
}

core::Result<void> Editor::editFile(const std::function<core::Result<void>()>& edit) {
  Impl::Turn turn(*impl_);
  if (turn.error()) return core::fail(*turn.error());
  if (auto edited = edit(); !edited) return edited;
  auto applied = impl_->apply ? impl_->apply() : core::Result<void>{};
  if (applied) return {};
  return core::fail(ErrorCode::Conflict,
                    "The change was saved, but the configuration cannot be loaded, so the change is not active: " +
                        applied.error().message,
                    applied.error().where);
}

Loaded Editor::load() {
  std::lock_guard turn(impl_->editing);
  impl_->findDirectory();
  std::string leftOut;
  auto layers = impl_->layers();
  if (!layers && !impl_->startedWith()) {
    if (auto alone = readLayers(impl_->file, impl_->builtIn, {})) {
      leftOut = layers.error().message;
      alone->overlayStamp = stampOf(impl_->overlayFile());
      layers = std::move(*alone);
    }
  }
  if (!layers) return {nullptr, {{Severity::Error, layers.error().where, layers.error().message, ""}}};
  auto document = layers->composed();
  auto result = loadDocument(document, impl_->identify(document, layers->stamps()).rules);
  result.problems.insert(result.problems.end(), layers->warnings.begin(), layers->warnings.end());
  if (!result.config && layers->overlay && !impl_->startedWith()) {
    // What was edited here must not keep a daemon from starting whose file is good.
    auto alone = loadDocument(layers->base, impl_->identify(layers->base, layers->stamps()).rules);
    if (alone.config) {
      for (const auto& problem : result.problems) {
        if (problem.severity != Severity::Error) continue;
        if (leftOut.empty()) leftOut = toString(problem);
        alone.problems.push_back(
            {Severity::Warning, problem.path,
             "The overlay of edits is ignored because it no longer applies to the file: " + problem.message,
             problem.hint});
      }
      result = std::move(alone);
    }
  } else if (!leftOut.empty()) {
    result.problems.push_back({Severity::Warning, "", "The overlay of edits is ignored: " + leftOut, ""});
  }
  bool editsOverlay = !impl_->readOnly(*layers).empty();
  std::lock_guard lock(impl_->mutex);
  impl_->loadedDocument = std::move(document);
  impl_->loadedStamps = layers->stamps();
  impl_->editsOverlay = editsOverlay;
  impl_->overlaid = layers->overlay.has_value() && leftOut.empty();
  impl_->leftOut = std::move(leftOut);
  return result;
}

void Editor::loaded(const Loaded& result, const core::Result<void>& applied) {
  Json document;
  Stamps stamps;
  bool first = false;
  {
    std::lock_guard lock(impl_->mutex);
    auto& state = impl_->state;
    const auto& leftOut = impl_->leftOut;
    bool inForce = result.config && applied;
    state.ok = inForce && leftOut.empty();
    state.error = !result.config && !result.problems.empty() ? toString(result.problems.front())
                  : !applied                                 ? applied.error().message
                  : !leftOut.empty()                         ? "The overlay of edits is ignored: " + leftOut
                                                             : "";
    state.problems = result.problems;
    state.time = std::chrono::system_clock::now();
    if (!inForce) return;
    first = !impl_->started;
    if (first) impl_->started = result.config;
    state.restartNeeded = restartNeeded(*impl_->started, *result.config);
    state.editsOverlay = impl_->editsOverlay;
    state.overlaid = impl_->overlaid;
    document = impl_->loadedDocument;
    stamps = impl_->loadedStamps;
  }
  if (first) impl_->makeDirectory();
  Impl::Turn turn(*impl_);
  if (first) impl_->claim();
  // Changed since, by hand or by another daemon: who loads that will note it, and this would come after it.
  auto latest = isLoaded() ? std::nullopt : impl_->newest();
  auto number = latest ? latest->number : impl_->note(document, first ? Origin::Start : Origin::File, stamps).number;
  std::lock_guard lock(impl_->mutex);
  if (!latest || first) impl_->state.revision = number;
}

bool Editor::isLoaded() const {
  Stamps stamps;
  {
    std::lock_guard lock(impl_->mutex);
    stamps = impl_->loadedStamps;
  }
  return stamps == impl_->stampsNow();
}

LoadState Editor::state() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->state;
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
  // What the edits come to, which is less than what is kept where the file has changed since.
  if (layers->overlay) drift.overlay = shown(patchBetween(layers->base, layers->composed()));
  drift.warnings = layers->warnings;
  drift.changes = differences(configSchema(), layers->base, layers->composed(), kMostDifferences);
  return drift;
}

std::vector<std::filesystem::path> Editor::files() const {
  std::vector<std::filesystem::path> files;
  if (!impl_->file.empty()) files.push_back(impl_->file);
  if (auto overlay = impl_->overlayFile(); !overlay.empty()) files.push_back(std::move(overlay));
  return files;
}

Outcome Editor::edit(const Change& change, const EditOptions& options) {
  return impl_->perform(
      [&change](const Layers&, const Json& current, const Json& seen) { return change(current, seen); }, options);
}

Outcome Editor::patch(const Json& patch, const EditOptions& options) {
  return impl_->perform(
      [&patch](const Layers&, const Json& current, const Json&) {
        auto next = withoutAddressedSecrets(configSchema(), current);
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

Outcome Editor::Impl::perform(const Step& change, const EditOptions& options) {
  Turn turn(*this);
  if (turn.error()) return refuse(*turn.error());
  auto layers = this->layers();
  if (!layers) return refuse(layers.error());
  const auto plain = layers->composed();
  const auto noted = note(plain, Origin::File, layers->stamps());
  const auto current = withRuleIds(plain, noted.rules);
  auto seen = core::Result<Json>(current);
  if (options.basedOn != 0 && options.basedOn != noted.number) {
    if (!options.ofElement) return stale(noted.number, options.basedOn, current);
    seen = carrying(options.basedOn);
  }
  auto next = change(*layers, current, seen.value_or(Json()));
  if (!next) {
    next.error().revision = noted.number;
    next.error().baseUnknown = !seen;
    return tl::make_unexpected(std::move(next.error()));
  }
  // A draft that is not valid is upon a revision all the same.
  auto refused = [&noted](tl::unexpected<Refusal> refusal) {
    refusal.value().revision = noted.number;
    return refusal;
  };
  auto rules = identifyRules(*next, plain, noted.rules);
  dropRuleIds(*next, {rules.begin(), rules.end()});
  if (auto missing = restoreSecrets(configSchema(), *next, plain); !missing.empty())
    return refused(refuse(std::move(missing)));
  // Before anything opens a file that the edit names.
  if (auto beyond = beyondEdits(*layers, plain, *next, options.origin); !beyond.empty()) {
    return refused(refuse(std::move(beyond)));
  }
  auto checked = loadDocument(*next, rules);
  if (!checked.config) return refused(refuse(std::move(checked.problems)));

  Edited edited;
  edited.revision = noted.number;
  edited.rules = rules;
  edited.inOverlay = !readOnly(*layers).empty();
  edited.changes = differences(configSchema(), current, withRuleIds(*next, rules), kMostDifferences);
  edited.warnings = std::move(checked.problems);
  if (auto running = startedWith()) edited.restartNeeded = restartNeeded(*running, *checked.config);
  if (edited.inOverlay && rootOf(*next) != rootOf(layers->base)) {
    return refused(refuse(std::vector<Problem>{{Severity::Error, "storage.rootDirectory",
                                                "Edits to a read-only configuration file are stored in this directory.",
                                                "Change it in the file itself"}}));
  }
  if (*next == plain) return edited;
  if (options.veto) {
    if (auto why = options.veto(checked.config)) return refused(refuse(std::move(*why)));
  }
  if (options.dryRun) return edited;

  auto added = noteEdit(*next, options, noted, rules);
  if (auto wrote = write(*layers, *next, edited.inOverlay); !wrote) {
    takeBack(added);
    return refuse(wrote.error());
  }
  edited.revision = added;
  edited.saved = true;
  if (!apply) return edited;
  if (auto applied = apply(); !applied) {
    restore(*layers, edited.inOverlay);
    takeBack(added);
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
  auto overlay = overlayFile();
  if (toOverlay) return writeOverlay(overlay, patchBetween(layers.base, next), layers.base, layers);
  if (next != layers.base) {
    auto written = replaceFile(file, asText(next, layers.file.text), layers.file.stamp);
    if (!written) return core::fail(written.error());
  }
  // What it said is in the file now.
  if (layers.overlay) return writeOverlay(overlay, Json::object(), layers.base, layers);
  return {};
}

void Editor::Impl::restore(const Layers& layers, bool inOverlay) const {
  auto report = [](const std::filesystem::path& path, const core::Error& error) {
    spdlog::error("config_restore_failed path={} message=\"{}\"", path.string(), error.message);
  };
  if (!inOverlay) {
    auto back = replaceFile(file, layers.file.text, stampOf(file));
    if (!back) report(file, back.error());
  }
  if (!inOverlay && !layers.overlay) return;
  if (auto back = restoreOverlay(overlayFile(), layers); !back) report(overlayFile(), back.error());
}

}  // namespace larder::config
