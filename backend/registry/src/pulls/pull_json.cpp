// Ended transfers as they are kept in the store.
#include <nlohmann/json.hpp>

#include "larder/core/json.hpp"
#include "larder/core/wall_time.hpp"
#include "pulls/pull_log.hpp"

namespace larder::registry {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

EndedOutcome outcomeOf(const std::string& word) {
  if (word == toString(EndedOutcome::Failed)) return EndedOutcome::Failed;
  return word == toString(EndedOutcome::Cancelled) ? EndedOutcome::Cancelled : EndedOutcome::Served;
}

json toObject(const EndedTransfer& transfer) {
  return {{"request", transfer.requestId},
          {"pull", transfer.pull},
          {"kind", toString(transfer.kind)},
          {"outcome", toString(transfer.outcome)},
          {"status", transfer.status},
          {"client", transfer.client},
          {"user", transfer.user},
          {"agent", transfer.agent},
          {"repository", transfer.repository},
          {"reference", transfer.reference},
          {"digest", transfer.digest},
          {"upstream", transfer.upstream},
          {"startedMs", core::millisOf(transfer.startedAt)},
          {"endedMs", core::millisOf(transfer.endedAt)},
          {"waitedMs", transfer.waited.count()},
          {"firstByteMs", transfer.firstByte.count()},
          {"bytes", transfer.bytes},
          {"upstreamBytes", transfer.upstreamBytes},
          {"error", transfer.error},
          {"times", transfer.times}};
}

EndedTransfer transferOf(const json& object) {
  EndedTransfer transfer;
  transfer.requestId = object.at("request").get<std::string>();
  transfer.pull = object.at("pull").get<std::string>();
  transfer.kind = object.value("kind", "") == toString(EndedKind::Manifest) ? EndedKind::Manifest : EndedKind::Blob;
  transfer.outcome = outcomeOf(object.value("outcome", ""));
  transfer.status = object.value("status", 0);
  transfer.client = object.value("client", "");
  transfer.user = object.value("user", "");
  transfer.agent = object.value("agent", "");
  transfer.repository = object.value("repository", "");
  transfer.reference = object.value("reference", "");
  transfer.digest = object.value("digest", "");
  transfer.upstream = object.value("upstream", "");
  transfer.startedAt = core::timeOfMillis(object.at("startedMs").get<std::int64_t>());
  transfer.endedAt = core::timeOfMillis(object.at("endedMs").get<std::int64_t>());
  transfer.waited = milliseconds(object.value("waitedMs", std::int64_t{0}));
  transfer.firstByte = milliseconds(object.value("firstByteMs", std::int64_t{0}));
  transfer.bytes = object.value("bytes", std::uint64_t{0});
  transfer.upstreamBytes = object.value("upstreamBytes", std::uint64_t{0});
  transfer.error = object.value("error", "");
  transfer.times = object.value("times", std::uint64_t{1});
  return transfer;
}

}  // namespace

std::string toJson(const std::vector<EndedTransfer>& transfers) {
  auto list = json::array();
  for (const auto& transfer : transfers) list.push_back(toObject(transfer));
  // Names and errors may quote a client's or an upstream's bytes.
  return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<EndedTransfer> parseTransfers(std::string_view text) {
  std::vector<EndedTransfer> transfers;
  auto list = core::parseJson(text, core::kOwnRecord).value_or(nullptr);
  if (!list.is_array()) return transfers;
  for (const auto& object : list) {
    try {
      transfers.push_back(transferOf(object));
    } catch (const json::exception&) {
      // Written by another version; the rest may be readable.
      continue;
    }
  }
  return transfers;
}

}  // namespace larder::registry
