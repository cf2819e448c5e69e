#include "admin/config_answers.hpp"

#include <charconv>

namespace larder::api::admin {
namespace {

InputError inputError(const config::Problem& problem) {
  return {problem.path, problem.message, problem.hint};
}

http::Response refusalResponse(const Call& call, const config::Refusal& refusal) {
  switch (refusal.kind) {
    case config::Refusal::Kind::Stale: {
      Problem problem{412, refusal.error.message};
      for (const auto& change : refusal.meanwhile) {
        problem.errors.push_back({change.path, "This was changed meanwhile.", "It is now " + change.after.dump()});
      }
      return problemResponse(problem);
    }
    case config::Refusal::Kind::Invalid: {
      Problem problem{422, refusal.error.message};
      for (const auto& fault : refusal.problems) problem.errors.push_back(inputError(fault));
      return problemResponse(problem);
    }
    case config::Refusal::Kind::Failed:
      break;
  }
  return failed(call, refusal.error);
}

}  // namespace

Json changesJson(const std::vector<config::Difference>& changes) {
  auto list = Json::array();
  for (const auto& change : changes) {
    Json entry{{"path", change.path},
               {"kind", change.before.is_null()  ? "added"
                        : change.after.is_null() ? "removed"
                                                 : "changed"}};
    if (!change.before.is_null()) entry["before"] = change.before;
    if (!change.after.is_null()) entry["after"] = change.after;
    list.push_back(std::move(entry));
  }
  return list;
}

Json problemsJson(const std::vector<config::Problem>& problems, config::Severity severity) {
  auto list = Json::array();
  for (const auto& problem : problems) {
    if (problem.severity != severity) continue;
    list.push_back({{"path", problem.path}, {"message", problem.message}, {"hint", problem.hint}});
  }
  return list;
}

const char* sourceOf(const config::Written& written) {
  return written.readOnly.empty() ? "file" : "overlay";
}

void setRevision(http::Response& response, std::uint64_t revision) {
  response.set("ETag", '"' + std::to_string(revision) + '"');
}

tl::expected<config::EditOptions, http::Response> editOptions(const Call& call) {
  config::EditOptions options;
  options.author = {call.caller.identity->name, std::string(call.head().remoteAddress)};
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
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), options.basedOn);
  if (error != std::errc() || end != digits.data() + digits.size() || options.basedOn == 0) {
    return tl::make_unexpected(problemResponse(412, "If-Match is no ETag of this configuration."));
  }
  return options;
}

http::Response editResponse(const Call& call, const tl::expected<config::Edited, config::Refusal>& edited) {
  if (!edited) return refusalResponse(call, edited.error());
  call.note->before = Json::object();
  call.note->after = Json::object();
  for (const auto& change : edited->changes) {
    if (!change.before.is_null()) call.note->before[change.path] = change.before;
    if (!change.after.is_null()) call.note->after[change.path] = change.after;
  }
  auto response = jsonResponse(200, {{"revision", edited->revision},
                                     {"source", edited->inOverlay ? "overlay" : "file"},
                                     {"restartNeeded", edited->restartNeeded},
                                     {"warnings", problemsJson(edited->warnings, config::Severity::Warning)}});
  setRevision(response, edited->revision);
  return response;
}

}  // namespace larder::api::admin
