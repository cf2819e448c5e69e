#include "push_rules.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "context.hpp"
#include "larder/auth/configured.hpp"
#include "repository_limit.hpp"

namespace larder::registry {
namespace {

// Eviction begins within a second, and what there is to evict is gone within a few.
constexpr std::chrono::seconds kRoomWait{10};
constexpr std::chrono::milliseconds kRoomPoll{100};

// Why a repository of this origin, empty for none, takes no pushes; nothing if it does.
std::optional<core::Error> refusal(const Context& context, const std::string& repository,
                                   const storage::Origin& origin) {
  std::vector<std::string> fillers;
  std::string why;
  if (!origin.host.empty()) {
    if (!context.router.allowsPush(origin.host, repository)) fillers.push_back(origin.host);
    why = "This repository mirrors " + origin.host + "/" + origin.name + " and does not accept pushes.";
  } else if (!auth::authenticationConfigured(context.router.config()->http)) {
    // Where nobody logs in, a stranger would be the first in a name that others pull from its registry.
    fillers = context.router.fillersAgainstPush(repository);
    why = "A sync rule mirrors this name. Without a login configured, such names do not accept pushes.";
  }
  if (fillers.empty()) return std::nullopt;
  std::string keys;
  for (const auto& host : fillers)
    keys += (keys.empty() ? "" : " and ") + ("larder.upstreams[\"" + host + "\"].allowPush");
  return core::Error{core::ErrorCode::Denied, why + " Push to another name, or add this one to " + keys + ".",
                     repository};
}

}  // namespace

Task<Result<storage::MetaChange>> admitPush(std::shared_ptr<Context> context, std::string repository) {
  if (context->storeHealth().state != StoreHealth::State::Usable) {
    co_return core::fail(core::ErrorCode::StoreUnusable,
                         "Storage cannot be written to, so pushes are refused. The log of larderd says why.",
                         repository);
  }
  auto record = co_await context->meta->repository(repository);
  if (!record) co_return core::fail(record.error());
  auto origin = *record ? (*record)->origin : storage::Origin{};
  if (auto refused = refusal(*context, repository, origin)) co_return core::fail(std::move(*refused));
  if (!*record) {
    auto allowed = co_await checkRepositoryLimit(context, repository);
    if (!allowed) co_return core::fail(allowed.error());
  }
  bool shared = !origin.host.empty();
  co_return storage::MetaChange(storage::change::EnsureRepository{std::move(repository), {}, {}, shared});
}

Task<Result<void>> awaitRoom(std::shared_ptr<Context> context, std::string repository, std::uint64_t bytes,
                             std::uint64_t spare) {
  auto& room = context->placeOf(repository).room;
  auto deadline = deadlineIn(kRoomWait);
  while (!room.take(bytes, spare)) {
    if (context->stopping || std::chrono::steady_clock::now() >= deadline) {
      co_return core::fail(room.refusal());
    }
    co_await runtime::sleepFor(kRoomPoll);
  }
  co_return Result<void>{};
}

bool mayBePushed(const Context& context, const Route& route) {
  return !route.mirroredOnly && !refusal(context, route.repository, route.origin);
}

}  // namespace larder::registry
