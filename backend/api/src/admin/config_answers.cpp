#include "admin/config_answers.hpp"

#include <utility>

#include "admin/lockout.hpp"
#include "fields.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

http::Response refusalResponse(const Call& call, const config::Refusal& refusal) {
  std::vector<InputError> errors;
  switch (refusal.kind) {
    case config::Refusal::Kind::Stale:
      for (const auto& change : refusal.meanwhile) {
        errors.push_back({change.path, "This was changed meanwhile.", "It is now " + change.after.dump()});
      }
      return problemResponse(problemOf(412, refusal.error.message, std::move(errors)));
    case config::Refusal::Kind::Invalid:
      for (const auto& fault : refusal.problems) errors.push_back(toApi(fault));
      return problemResponse(problemOf(422, refusal.error.message, std::move(errors)));
    case config::Refusal::Kind::Failed:
      break;
  }
  return failed(call, refusal.error);
}

}  // namespace

std::vector<apitypes::ConfigChange> changesOf(std::vector<config::Difference> differences) {
  using apitypes::ChangeKind;
  std::vector<apitypes::ConfigChange> changes;
  for (auto& [path, before, after] : differences) {
    auto& change = changes.emplace_back();
    change.path = std::move(path);
    change.kind = before.is_null() ? ChangeKind::Added : after.is_null() ? ChangeKind::Removed : ChangeKind::Changed;
    if (!before.is_null()) change.before = std::move(before);
    if (!after.is_null()) change.after = std::move(after);
  }
  return changes;
}

std::vector<InputError> faultsOf(const std::vector<config::Problem>& problems, config::Severity severity) {
  std::vector<InputError> faults;
  for (const auto& problem : problems) {
    if (problem.severity == severity) faults.push_back(toApi(problem));
  }
  return faults;
}

apitypes::ConfigSource sourceOf(bool editsOverlay) {
  return editsOverlay ? apitypes::ConfigSource::Overlay : apitypes::ConfigSource::File;
}

void setRevision(http::Response& response, std::uint64_t revision) {
  response.set("ETag", '"' + std::to_string(revision) + '"');
}

tl::expected<config::EditOptions, http::Response> editOptions(const Call& call) {
  config::EditOptions options;
  options.author = {call.caller.identity->name, std::string(call.head().remoteAddress)};
  options.veto = [caller = call.caller, local = isFromLoopback(call.head())](const config::Snapshot& next) {
    return lockout(caller, local, next);
  };
  auto match = call.head().field("If-Match");
  if (match.empty()) {
    return tl::make_unexpected(problemResponse(
        428,
        "Send If-Match with the ETag of the configuration that the change is made upon, so that nobody's edit is "
        "lost."));
  }
  if (match == "*") return options;
  std::string_view digits = match;
  if (digits.size() > 2 && digits.starts_with('"') && digits.ends_with('"'))
    digits = digits.substr(1, digits.size() - 2);
  options.basedOn = parseNumber(digits).value_or(0);
  if (options.basedOn == 0) {
    return tl::make_unexpected(problemResponse(412, "If-Match is no ETag of this configuration."));
  }
  return options;
}

http::Response editResponse(const Call& call, tl::expected<config::Edited, config::Refusal> edited) {
  if (!edited) return refusalResponse(call, edited.error());
  call.note->before = Json::object();
  call.note->after = Json::object();
  for (auto& [path, before, after] : edited->changes) {
    if (!before.is_null()) call.note->before[path] = std::move(before);
    if (!after.is_null()) call.note->after[path] = std::move(after);
  }
  apitypes::ConfigSaved saved{edited->revision, sourceOf(edited->inOverlay), std::move(edited->restartNeeded),
                              faultsOf(edited->warnings, config::Severity::Warning)};
  auto response = jsonResponse(200, saved);
  setRevision(response, saved.revision);
  return response;
}

}  // namespace larder::api::admin
