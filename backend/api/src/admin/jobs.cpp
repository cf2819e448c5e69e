// Long work: gc, retention, scrub, eviction, polls, prefetches.
#include <algorithm>

#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "admin/wanted.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

registry::JobService& jobsOf(const Call& call) {
  return call.services->parts.registry.jobs();
}

http::Response started(const Call& call, core::Result<registry::Job> job) {
  if (!job) return failed(call, job.error());
  call.note->object = job->target.empty() ? registry::toString(job->kind) : job->target;
  call.note->after = {{"job", job->id}, {"kind", registry::toString(job->kind)}};
  return jsonResponse(202, toApi(*job));
}

}  // namespace

Answer listJobs(Call call) {
  auto page = pageOf(call);
  if (!page) co_return failed(call, page.error());
  auto kind = queryWord<apitypes::JobKind>(call, "kind");
  if (!kind) co_return failed(call, kind.error());
  auto state = queryWord<apitypes::JobState>(call, "state");
  if (!state) co_return failed(call, state.error());
  auto jobs = listOf(jobsOf(call).jobs());
  std::erase_if(jobs, [&](const apitypes::Job& job) {
    return (*kind && job.kind != **kind) || (*state && job.state != **state);
  });
  auto next = jobs.begin();
  if (!page->cursor.empty()) {
    next = std::ranges::find(jobs, page->cursor, &apitypes::Job::id);
    if (next != jobs.end()) ++next;
  }
  apitypes::Page<apitypes::Job> list;
  list.total = jobs.size();
  auto end = next + std::min<std::ptrdiff_t>(jobs.end() - next, static_cast<std::ptrdiff_t>(page->limit));
  if (end != next && end != jobs.end()) list.next = std::prev(end)->id;
  list.items.assign(std::move_iterator(next), std::move_iterator(end));
  co_return jsonResponse(200, list);
}

Answer startJob(Call call) {
  Input<apitypes::NewJob> input(call.body);
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  auto kind = registry::parseJobKind(apitypes::wordOf(input->kind));
  auto job = co_await jobsOf(call).start(kind.value(), call.caller.identity->name);
  co_return started(call, std::move(job));
}

Answer getJob(Call call) {
  auto job = jobsOf(call).job(call.parameter("id"));
  if (!job) co_return problemResponse(404, "Job not found. Only the most recent jobs of each kind are kept.");
  co_return jsonResponse(200, toApi(*job));
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
  Input<apitypes::Prefetch> input(call.body);
  input.limit("image", input->image, 512);
  auto image = parseImage(input->image);
  if (!input->image.empty() && !image) input.wrong("image", "This is not a valid image name.", "library/nginx:1.27");
  auto ns = std::move(input->ns).value_or("");
  if (ns.size() > 255) input.wrong("ns", "This is longer than 255 bytes.");
  auto platforms = std::move(input->platforms).value_or(std::vector<std::string>{});
  if (platforms.size() > kMostPlatforms) input.wrong("platforms", "At most 32 platforms are allowed.");
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  registry::PrefetchOrder order{std::move(image->repository), std::move(image->reference), std::move(ns),
                                std::move(platforms)};
  auto job = co_await jobsOf(call).prefetch(std::move(order), call.caller.identity->name);
  co_return started(call, std::move(job));
}

}  // namespace larder::api::admin
