// What may not be pulled or mirrored: larder.blocked, one entry at a time.
#include "larder/config/blocks.hpp"

#include <utility>

#include "admin/config_answers.hpp"
#include "admin/handlers.hpp"
#include "admin/input.hpp"
#include "larder/apitypes/time.hpp"
#include "larder/runtime/offload.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

constexpr std::string_view kBlocks = "larder.blocked[";

Json entryOf(const apitypes::NewBlock& wanted, const std::string& by, apitypes::Time at) {
  Json entry{{"repository", wanted.repository}};
  if (wanted.tags && !wanted.tags->empty()) entry["tags"] = *wanted.tags;
  if (wanted.pull) entry["pull"] = *wanted.pull;
  if (wanted.mirror) entry["mirror"] = *wanted.mirror;
  if (wanted.reason && !wanted.reason->empty()) entry["reason"] = *wanted.reason;
  if (!by.empty()) entry["by"] = by;
  entry["at"] = apitypes::formatTime(at);
  return entry;
}

runtime::Task<tl::expected<config::Edited, config::Refusal>> run(Call call, config::Editor::Change change) {
  auto options = unconditionalOptions(call);
  options.ofElement = true;
  auto& editor = call.services->parts.editor;
  co_return co_await runtime::offload(call.blocking(), [&] { return editor.edit(change, options); });
}

// The faults at the places of the body: "repository" of "larder.blocked[3].repository".
config::Refusal inBody(config::Refusal refusal) {
  for (auto& problem : refusal.problems) {
    if (!problem.path.starts_with(kBlocks)) continue;
    auto end = problem.path.find(']');
    problem.path.erase(0, end == std::string::npos ? end : end + 1);
    if (problem.path.starts_with('.')) problem.path.erase(0, 1);
  }
  return refusal;
}

}  // namespace

Answer listBlocks(Call call) {
  auto name = call.head().queryParameter("repository").value_or("");
  std::vector<apitypes::Block> blocks;
  for (const auto& block : call.config().larder.blocked) {
    if (name.empty() || block.repositories.matches(name)) blocks.push_back(toApi(block));
  }
  co_return jsonResponse(200, wholeList(std::move(blocks)));
}

Answer addBlock(Call call) {
  Input<apitypes::NewBlock> input(call.body);
  input.limit("repository", input->repository);
  if (input->reason && input->reason->size() > config::kMostReasonBytes) {
    input.wrong("reason", "This is longer than " + std::to_string(config::kMostReasonBytes) + " bytes.");
  }
  if (!input->pull.value_or(true) && !input->mirror.value_or(true)) {
    input.wrong("pull", "A block that stops neither pulls nor mirroring has no effect.", "Set pull or mirror to true");
  }
  if (auto refusal = input.refusal()) co_return std::move(*refusal);
  call.note->object = "block of " + input->repository;
  auto id = config::blockId(input->repository, input->tags.value_or(""));
  auto entry = entryOf(*input, call.caller.identity->name, call.services->parts.clock.now());
  auto edited = co_await run(call, config::addBlock(std::move(entry)));
  if (!edited) co_return refusalResponse(call, inBody(std::move(edited.error())));
  apitypes::BlockSaved saved{savedOf(call, *edited), std::move(id)};
  auto response = jsonResponse(200, saved);
  setRevision(response, saved.revision);
  co_return response;
}

Answer removeBlock(Call call) {
  const auto& id = call.parameter("id");
  call.note->object = "block " + id;
  auto edited = co_await run(call, config::removeBlock(id));
  co_return editResponse(call, std::move(edited));
}

}  // namespace larder::api::admin
