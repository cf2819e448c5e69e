#include "admin/config_answers.hpp"

#include <utility>

#include "admin/lockout.hpp"
#include "fields.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

apitypes::EditConflict conflictOf(config::Refusal refusal) {
  apitypes::EditConflict conflict;
  conflict.revision = refusal.revision;
  auto unlessNull = [](std::optional<Json> json) { return json && json->is_null() ? std::nullopt : std::move(json); };
  conflict.before = unlessNull(std::move(refusal.seen));
  conflict.theirs = unlessNull(std::move(refusal.current));
  conflict.merged = unlessNull(std::move(refusal.merged));
  conflict.changes = changesOf(std::move(refusal.meanwhile));
  conflict.conflicts = conflictsOf(std::move(refusal.conflicts));
  conflict.removed = refusal.removed;
  conflict.baseUnknown = refusal.baseUnknown;
  return conflict;
}

}  // namespace

std::vector<apitypes::ConfigChange> changesOf(std::vector<config::Difference> differences) {
  using apitypes::ChangeKind;
  std::vector<apitypes::ConfigChange> changes;
  for (auto& difference : differences) {
    auto& change = changes.emplace_back();
    change.path = std::move(difference.path);
    change.name = unlessEmpty(std::move(difference.name));
    change.from = difference.from;
    change.to = difference.to;
    change.kind = difference.from               ? ChangeKind::Moved
                  : difference.before.is_null() ? ChangeKind::Added
                  : difference.after.is_null()  ? ChangeKind::Removed
                                                : ChangeKind::Changed;
    if (!difference.before.is_null()) change.before = std::move(difference.before);
    if (!difference.after.is_null()) change.after = std::move(difference.after);
  }
  return changes;
}

std::vector<apitypes::ConfigConflict> conflictsOf(std::vector<config::Conflict> conflicts) {
  std::vector<apitypes::ConfigConflict> out;
  for (auto& conflict : conflicts) {
    auto& one = out.emplace_back();
    one.id = std::move(conflict.id);
    one.path = std::move(conflict.path);
    one.name = unlessEmpty(std::move(conflict.name));
    if (!conflict.before.is_null()) one.before = std::move(conflict.before);
    if (!conflict.theirs.is_null()) one.theirs = std::move(conflict.theirs);
    if (!conflict.mine.is_null()) one.mine = std::move(conflict.mine);
  }
  return out;
}

std::vector<InputError> faultsOf(const std::vector<config::Problem>& problems, config::Severity severity) {
  std::vector<InputError> faults;
  for (const auto& problem : problems) {
    if (problem.severity == severity) faults.push_back(toApi(problem));
  }
  return faults;
}

apitypes::ConfigVerdict verdictOf(tl::expected<config::Edited, config::Refusal> edited) {
  apitypes::ConfigVerdict verdict;
  verdict.valid = edited.has_value();
  const auto& problems = edited ? edited->warnings : edited.error().problems;
  verdict.errors = faultsOf(problems, config::Severity::Error);
  verdict.warnings = faultsOf(problems, config::Severity::Warning);
  if (edited) {
    verdict.restartNeeded = std::move(edited->restartNeeded);
    verdict.changes = changesOf(std::move(edited->changes));
  }
  return verdict;
}

apitypes::ConfigSource sourceOf(bool editsOverlay) {
  return editsOverlay ? apitypes::ConfigSource::Overlay : apitypes::ConfigSource::File;
}

void setRevision(http::Response& response, std::uint64_t revision) {
  response.set("ETag", '"' + std::to_string(revision) + '"');
}

config::EditOptions dryRunOptions(const Call& call) {
  config::EditOptions options;
  options.dryRun = true;
  options.veto = [caller = call.caller](const config::Snapshot& next) { return lockout(caller, next); };
  return options;
}

config::EditOptions unconditionalOptions(const Call& call) {
  auto options = dryRunOptions(call);
  options.dryRun = false;
  options.author = {call.caller.identity->name, std::string(call.head().remoteAddress)};
  return options;
}

tl::expected<config::EditOptions, http::Response> editOptions(const Call& call) {
  auto options = unconditionalOptions(call);
  auto match = call.head().field("If-Match");
  if (match.empty()) {
    return tl::make_unexpected(problemResponse(
        428, "Send If-Match with the ETag that you read, so that a concurrent change is not overwritten."));
  }
  if (match == "*") return options;
  std::string_view digits = match;
  if (digits.size() > 2 && digits.starts_with('"') && digits.ends_with('"'))
    digits = digits.substr(1, digits.size() - 2);
  options.basedOn = parseNumber(digits).value_or(0);
  if (options.basedOn == 0) {
    return tl::make_unexpected(problemResponse(412, "If-Match is not an ETag of the configuration."));
  }
  return options;
}

http::Response refusalResponse(const Call& call, config::Refusal refusal) {
  using Kind = config::Refusal::Kind;
  if (refusal.kind == Kind::Failed) return failed(call, refusal.error);
  if (refusal.kind == Kind::Invalid) {
    std::vector<InputError> errors;
    errors.reserve(refusal.problems.size());
    for (const auto& fault : refusal.problems) errors.push_back(toApi(fault));
    return problemResponse(problemOf(422, refusal.error.message, std::move(errors)));
  }
  auto problem = problemOf(refusal.kind == Kind::Stale ? 412 : 409, refusal.error.message);
  auto& errors = problem.errors.emplace();
  for (const auto& change : refusal.meanwhile) errors.push_back({change.path, "Someone else changed this.", {}});
  problem.conflict = conflictOf(std::move(refusal));
  auto response = problemResponse(problem);
  setRevision(response, problem.conflict->revision);
  return response;
}

apitypes::ConfigSaved savedOf(const Call& call, config::Edited& edited) {
  call.note->before = Json::object();
  call.note->after = Json::object();
  for (auto& change : edited.changes) {
    if (change.from) {
      call.note->before[change.path] = {{"position", *change.from}};
      call.note->after[change.path] = {{"position", *change.to}};
      continue;
    }
    if (!change.before.is_null()) call.note->before[change.path] = std::move(change.before);
    if (!change.after.is_null()) call.note->after[change.path] = std::move(change.after);
  }
  return {edited.revision, sourceOf(edited.inOverlay), std::move(edited.restartNeeded),
          faultsOf(edited.warnings, config::Severity::Warning), edited.saved};
}

http::Response editResponse(const Call& call, tl::expected<config::Edited, config::Refusal> edited) {
  if (!edited) return refusalResponse(call, std::move(edited.error()));
  auto saved = savedOf(call, *edited);
  auto response = jsonResponse(200, saved);
  setRevision(response, saved.revision);
  return response;
}

}  // namespace larder::api::admin
