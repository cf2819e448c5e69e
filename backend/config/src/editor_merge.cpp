// Bringing a draft, or the taking back of one, onto what others have made of the configuration meanwhile.
#include "editor_impl.hpp"
#include "merge.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;

tl::unexpected<Refusal> conflicting(std::vector<Conflict> conflicts, std::vector<Difference> theirs) {
  Refusal refusal;
  refusal.kind = Refusal::Kind::Conflicting;
  refusal.error = {ErrorCode::Conflict, "Someone else changed the same settings. Choose a side for each conflict."};
  refusal.conflicts = std::move(conflicts);
  refusal.meanwhile = std::move(theirs);
  return tl::make_unexpected(std::move(refusal));
}

}  // namespace

tl::expected<Merged, Refusal> Editor::Impl::mergeOnto(const Json& base, const Json& mine, const Choices& choices,
                                                      const EditOptions& options) {
  Merged merged;
  merged.mine = differences(configSchema(), base, mine, kMostDifferences);
  auto edited = perform(
      [&](const Layers&, const Json& current, const Json&) -> tl::expected<Json, Refusal> {
        merged.theirs = differences(configSchema(), base, current, kMostDifferences);
        auto merge = mergeThreeWays(&configSchema(), base, mine, current, choices);
        if (!options.dryRun && !merge.conflicts.empty()) {
          return conflicting(std::move(merge.conflicts), merged.theirs);
        }
        merged.conflicts = std::move(merge.conflicts);
        merged.document = withoutSecrets(&configSchema(), merge.document);
        // What is still to be chosen may put them together.
        bool decided = merged.conflicts.empty();
        auto strange = strangeSecrets(configSchema(), merge.document, {&base, &mine, &current});
        if (decided && !strange.empty()) return refuse(std::move(strange));
        return std::move(merge.document);
      },
      options);
  if (edited) {
    merged.edited = std::move(*edited);
    return merged;
  }
  bool isVerdict = options.dryRun && edited.error().kind == Refusal::Kind::Invalid;
  if (!isVerdict) return tl::make_unexpected(std::move(edited.error()));
  merged.edited.revision = edited.error().revision;
  merged.errors = std::move(edited.error().problems);
  return merged;
}

tl::expected<Json, Refusal> Editor::Impl::mineOf(const MergeDraft& draft, const Json& base) const {
  auto mine = draft.isPatch ? withoutAddressedSecrets(configSchema(), base) : draft.draft;
  if (draft.isPatch) mergePatch(&configSchema(), mine, draft.draft);
  auto plain = base;
  auto known = ruleIdsOf(base);
  dropRuleIds(plain, {known.begin(), known.end()});
  auto rules = identifyRules(mine, plain, known);
  dropRuleIds(mine, {rules.begin(), rules.end()});
  if (auto missing = restoreSecrets(configSchema(), mine, plain); !missing.empty()) return refuse(std::move(missing));
  return withRuleIds(std::move(mine), rules);
}

tl::expected<Json, Refusal> Editor::Impl::baseOf(std::uint64_t number, const Written& now) const {
  auto base = carrying(number);
  if (base) return std::move(*base);
  // One that there never was, or one that has gone.
  if (number > now.revision) return refuse(base.error());
  return stale(now.revision, number, now.document);
}

tl::expected<Merged, Refusal> Editor::merge(const MergeDraft& draft, EditOptions options) {
  options.origin = Origin::Merge;
  auto now = written();
  if (!now) return refuse(now.error());
  auto base = impl_->baseOf(draft.base, *now);
  if (!base) return tl::make_unexpected(std::move(base.error()));
  auto mine = impl_->mineOf(draft, *base);
  if (!mine) return tl::make_unexpected(std::move(mine.error()));
  return impl_->mergeOnto(*base, *mine, draft.choices, options);
}

tl::expected<Snapshot, Refusal> Editor::drafted(const MergeDraft& draft) {
  auto now = written();
  if (!now) return refuse(now.error());
  auto base = impl_->baseOf(draft.base != 0 ? draft.base : now->revision, *now);
  if (!base) return tl::make_unexpected(std::move(base.error()));
  auto mine = impl_->mineOf(draft, *base);
  if (!mine) return tl::make_unexpected(std::move(mine.error()));
  // A dry run, so that a draft may name no more files than an edit.
  Snapshot snapshot;
  EditOptions options;
  options.dryRun = true;
  options.veto = [&snapshot](const Snapshot& next) -> std::optional<core::Error> {
    snapshot = next;
    return std::nullopt;
  };
  auto edited = impl_->perform(
      [&](const Layers&, const Json& current, const Json&) -> tl::expected<Json, Refusal> {
        return mergeThreeWays(&configSchema(), *base, *mine, current, draft.choices).document;
      },
      options);
  if (!edited) return tl::make_unexpected(std::move(edited.error()));
  // The draft changes nothing.
  return snapshot ? snapshot : loadDocument(now->document).config;
}

tl::expected<Merged, Refusal> Editor::revert(std::uint64_t number, const Choices& choices, EditOptions options) {
  options.origin = Origin::Revert;
  auto after = impl_->carrying(number);
  if (!after) return refuse(after.error());
  auto head = impl_->headOf(number);
  auto earlier = head ? head->parent : 0;
  if (earlier == 0) {
    for (const auto& revision : impl_->history().list()) {
      if (revision.number < number) earlier = std::max(earlier, revision.number);
    }
  }
  if (earlier == 0) {
    return refuse({ErrorCode::NotFound, "Revision " + std::to_string(number) +
                                            " is the oldest that is kept: what it changed is not known."});
  }
  auto before = impl_->carrying(earlier);
  if (!before) {
    return refuse({ErrorCode::NotFound, "Revision " + std::to_string(earlier) +
                                            ", which this one changed, is not kept: what it changed is not known."});
  }
  return impl_->mergeOnto(*after, *before, choices, options);
}

}  // namespace larder::config
