// What is made of the pull history for those who look at it.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "larder/registry/pull_history.hpp"

namespace larder::registry {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSlowStart{1000}, kLong{5000};
constexpr std::uint64_t kSlowRate = 5 << 20;  // bytes a second

bool namesBetter(const Pull& pull, const EndedTransfer& transfer) {
  if (transfer.kind != EndedKind::Manifest) return false;
  bool tag = transfer.reference.find(':') == std::string::npos;
  return pull.reference.empty() || (tag && pull.reference.find(':') != std::string::npos);
}

// Of what was asked for several times, the last one tells how it went.
void conclude(Pull& pull) {
  std::map<std::pair<EndedKind, std::string>, const EndedTransfer*> last;
  for (const auto& transfer : pull.transfers) {
    auto& one = last[{transfer.kind, transfer.reference}];
    if (!one || one->endedAt <= transfer.endedAt) one = &transfer;
  }
  const EndedTransfer* worst = nullptr;
  for (const auto& [what, transfer] : last) {
    if (transfer->outcome == EndedOutcome::Served) continue;
    auto rank = [](const EndedTransfer* t) { return std::pair(t->outcome == EndedOutcome::Failed, t->endedAt); };
    if (!worst || rank(transfer) > rank(worst)) worst = transfer;
  }
  if (!worst) return;
  pull.outcome = worst->outcome;
  pull.error = worst->error;
}

}  // namespace

const char* toString(EndedKind kind) {
  return kind == EndedKind::Manifest ? "manifest" : "blob";
}

const char* toString(EndedOutcome outcome) {
  switch (outcome) {
    case EndedOutcome::Served:
      return "served";
    case EndedOutcome::Failed:
      return "failed";
    case EndedOutcome::Cancelled:
      return "cancelled";
  }
  return "";
}

bool isSlow(const EndedTransfer& transfer) {
  if (transfer.firstByte >= kSlowStart || transfer.waited >= kSlowStart) return true;
  auto took = transfer.took();
  return took >= kLong && transfer.bytes * 1000 < kSlowRate * static_cast<std::uint64_t>(took.count());
}

std::vector<Pull> pullsOf(std::vector<EndedTransfer> ended) {
  std::vector<Pull> pulls;
  std::map<std::string, std::size_t> places;
  for (auto& transfer : ended) {
    auto [place, isNew] = places.try_emplace(transfer.pull, pulls.size());
    if (isNew) {
      auto& begun = pulls.emplace_back();
      std::tie(begun.id, begun.client, begun.user, begun.repository) =
          std::tie(transfer.pull, transfer.client, transfer.user, transfer.repository);
      begun.startedAt = transfer.startedAt;
      begun.endedAt = transfer.endedAt;
    }
    auto& pull = pulls[place->second];
    if (namesBetter(pull, transfer)) pull.reference = transfer.reference;
    if (pull.upstream.empty()) pull.upstream = transfer.upstream;
    pull.startedAt = std::min(pull.startedAt, transfer.startedAt);
    pull.endedAt = std::max(pull.endedAt, transfer.endedAt);
    pull.bytes += transfer.bytes;
    pull.upstreamBytes += transfer.upstreamBytes;
    pull.waited = std::max(pull.waited, transfer.waited);
    pull.firstByte = std::max(pull.firstByte, transfer.firstByte);
    pull.transfers.push_back(std::move(transfer));
  }
  for (auto& pull : pulls) {
    std::ranges::sort(pull.transfers, {},
                      [](const EndedTransfer& one) { return std::pair(one.startedAt, one.endedAt); });
    conclude(pull);
  }
  return pulls;
}

std::vector<Pull> worstOf(std::vector<Pull> pulls, std::size_t most) {
  std::erase_if(pulls, [](const Pull& pull) {
    return pull.outcome != EndedOutcome::Failed && std::ranges::none_of(pull.transfers, isSlow);
  });
  std::ranges::sort(pulls, std::ranges::greater{}, [](const Pull& pull) {
    return std::tuple(pull.outcome == EndedOutcome::Failed, pull.took(), pull.endedAt);
  });
  if (pulls.size() > most) pulls.resize(most);
  return pulls;
}

}  // namespace larder::registry
