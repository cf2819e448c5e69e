// Long work: gc, retention, scrub, eviction, polls, prefetches.
#include <algorithm>

#include "activity_json.hpp"
#include "admin/handlers.hpp"
#include "admin/input.hpp"

namespace larder::api::admin {
namespace {

registry::JobService& jobsOf(const Call& call) {
  return call.services->parts.registry.jobs();
}

http::Response started(const Call& call, core::Result<registry::Job> job) {
  if (!job) return failed(call, job.error());
  call.note->object = job->target.empty() ? registry::toString(job->kind) : job->target;
  call.note->after = {{"job", job->id}, {"kind", registry::toString(job->kind)}};
  return jsonResponse(202, toJson(*job));
}

http::Response wrongFilter(const std::string& name) {
  return problemResponse(core::Error{core::ErrorCode::InvalidArgument, "There is no such " + name + ".", "?" + name});
}

// "name:tag", "name@digest" or "name", which is "name:latest".
std::optional<std::pair<std::string, core::Reference>> parseImage(const std::string& image) {
  auto at = image.find('@');
  auto colon = at == std::string::npos ? image.rfind(':') : std::string::npos;
  // A colon before the last slash is a port's, and no name has one here.
  auto end = std::min({at, colon, image.size()});
  auto name = image.substr(0, end);
  auto reference = core::Reference::parse(end == image.size() ? "latest" : image.substr(end + 1));
  if (!core::isRepositoryName(name) || !reference) return std::nullopt;
  return std::pair(std::move(name), std::move(*reference));
}

}  // namespace

Answer listJobs(Call call) {
  auto page = pageOf(call);
  if (!page) co_return problemResponse(page.error());
  auto jobs = jobsOf(call).jobs();
  if (auto text = call.head().queryParameter("kind")) {
    auto kind = registry::parseJobKind(*text);
    if (!kind) co_return wrongFilter("kind");
    std::erase_if(jobs, [&](const auto& job) { return job.kind != *kind; });
  }
  if (auto text = call.head().queryParameter("state")) {
    auto state = registry::parseJobState(*text);
    if (!state) co_return wrongFilter("state");
    std::erase_if(jobs, [&](const auto& job) { return job.state != *state; });
  }
  auto next = jobs.begin();
  if (!page->cursor.empty()) {
    next = std::ranges::find(jobs, page->cursor, &registry::Job::id);
    if (next != jobs.end()) ++next;
  }
  Json body{{"items", Json::array()}, {"total", jobs.size()}};
  for (; next != jobs.end() && body["items"].size() < page->limit; ++next) body["items"].push_back(toJson(*next));
  if (next != jobs.end()) body["next"] = std::prev(next)->id;
  co_return jsonResponse(200, body);
}

Answer startJob(Call call) {
  Input input(call.body);
  auto kind = registry::parseJobKind(input.text("kind"));
  bool startable = kind && *kind != registry::JobKind::SyncRun && *kind != registry::JobKind::Prefetch;
  if (!startable) input.wrong("kind", "This is no job that can be started here.", "gc, retention, scrub or eviction");
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto job = co_await jobsOf(call).start(*kind, call.caller.identity->name);
  co_return started(call, std::move(job));
}

Answer getJob(Call call) {
  auto job = jobsOf(call).job(call.parameter("id"));
  if (!job) co_return problemResponse(404, "There is no such job; the last ones of each kind are kept.");
  co_return jsonResponse(200, toJson(*job));
}

Answer cancelJob(Call call) {
  const auto& id = call.parameter("id");
  call.note->object = id;
  auto cancelled = jobsOf(call).cancel(id);
  if (!cancelled) co_return failed(call, cancelled.error());
  co_return http::Response(204);
}

Answer prefetch(Call call) {
  constexpr std::size_t kMostPlatforms = 32;
  Input input(call.body);
  auto text = input.text("image", 512);
  auto image = parseImage(text);
  if (!text.empty() && !image) input.wrong("image", "This is no name of an image.", "library/nginx:1.27");
  registry::PrefetchOrder order{"", core::Reference::ofTag("latest"), input.optionalText("ns", 255).value_or(""), {}};
  const auto& platforms = input.any("platforms");
  if (!platforms.is_null() && (!platforms.is_array() || platforms.size() > kMostPlatforms)) {
    input.wrong("platforms", "A list of at most 32 platforms is expected.", "[\"linux/amd64\"]");
  } else {
    for (const auto& platform : platforms) {
      if (platform.is_string()) {
        order.platforms.push_back(platform.get<std::string>());
      } else {
        input.wrong("platforms", "A platform is a text.", "linux/amd64");
      }
    }
  }
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  order.repository = std::move(image->first);
  order.reference = std::move(image->second);
  auto job = co_await jobsOf(call).prefetch(std::move(order), call.caller.identity->name);
  co_return started(call, std::move(job));
}

}  // namespace larder::api::admin
