// Why a pull was slow, or failed: transfers that have ended, one by one and as pulls.
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "admin/handlers.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

using registry::EndedOutcome;
using registry::EndedTransfer;

struct Filter {
  bool failed = false, slow = false;
  std::string upstream, client, user, repository, text;
  std::optional<apitypes::Time> from, to;

  // What all transfers of a pull have in common, or its own times.
  template <class T>
  bool takesWhole(const T& one) const {
    if (!client.empty() && one.client != client) return false;
    if (!user.empty() && one.user != user) return false;
    if (!repository.empty() && one.repository != repository) return false;
    if (from && one.endedAt < *from) return false;
    return !to || one.endedAt < *to;
  }
  bool takes(const EndedTransfer& transfer) const {
    if (!takesWhole(transfer)) return false;
    if (failed && transfer.outcome != EndedOutcome::Failed) return false;
    if (slow && !registry::isSlow(transfer)) return false;
    if (!upstream.empty() && transfer.upstream != upstream) return false;
    return text.empty() || (transfer.repository + ":" + transfer.reference).find(text) != std::string::npos;
  }
  // One of its transfers is enough, but whether it failed is said of the pull.
  bool takes(const registry::Pull& pull) const {
    if (!takesWhole(pull) || (failed && pull.outcome != EndedOutcome::Failed)) return false;
    auto any = *this;
    any.failed = false;
    any.from = any.to = std::nullopt;
    return std::ranges::any_of(pull.transfers, [&](const EndedTransfer& transfer) { return any.takes(transfer); });
  }
};

core::Result<bool> queryFlag(const Call& call, std::string_view name) {
  auto word = call.head().queryParameter(name);
  if (!word || *word == "false") return false;
  if (*word == "true") return true;
  return core::fail(core::ErrorCode::InvalidArgument, "The parameter " + std::string(name) + " must be true or false.",
                    "?" + std::string(name));
}

core::Result<Filter> filterOf(const Call& call) {
  auto textOf = [&](const char* name) { return call.head().queryParameter(name).value_or(""); };
  auto failed = queryFlag(call, "failed");
  if (!failed) return core::fail(failed.error());
  auto slow = queryFlag(call, "slow");
  if (!slow) return core::fail(slow.error());
  auto from = queryTime(call, "from");
  if (!from) return core::fail(from.error());
  auto to = queryTime(call, "to");
  if (!to) return core::fail(to.error());
  return Filter{*failed, *slow, textOf("upstream"), textOf("client"), textOf("user"), textOf("repository"), textOf("q"),
                *from,   *to};
}

// Largest first; "ended" is the order in which they come.
template <class T>
void sortBy(std::vector<T>& list, std::string_view key) {
  auto sort = [&list](auto measure) {
    std::ranges::sort(list, std::ranges::greater{}, [&](const T& one) { return std::pair(measure(one), one.endedAt); });
  };
  if (key == "duration") sort([](const T& one) { return one.took(); });
  if (key == "wait") sort([](const T& one) { return one.waited; });
  if (key == "firstByte") sort([](const T& one) { return one.firstByte; });
  if (key == "bytes") sort([](const T& one) { return one.bytes; });
}

// The page that the query asks for. The cursor is a number: a list that grows meanwhile may show one entry twice.
template <class T>
http::Response answerPage(const Call& call, std::vector<T> list) {
  auto page = pageOf(call);
  if (!page) return failed(call, page.error());
  auto sort = queryWord<apitypes::EndedSort>(call, "sort");
  if (!sort) return failed(call, sort.error());
  auto first = numberOf(*page, 0);
  if (!first) return failed(call, first.error());
  if (*sort) sortBy(list, apitypes::wordOf(**sort));
  auto begin = std::min<std::size_t>(*first, list.size());
  auto end = std::min(begin + page->limit, list.size());
  apitypes::Page<decltype(toApi(list.front()))> answer;
  answer.total = list.size();
  for (auto i = begin; i < end; ++i) answer.items.push_back(toApi(list[i]));
  if (end < list.size()) answer.next = std::to_string(end);
  return jsonResponse(200, answer);
}

}  // namespace

Answer listEndedTransfers(Call call) {
  auto filter = filterOf(call);
  if (!filter) co_return failed(call, filter.error());
  auto ended = call.services->parts.registry.pullHistory().ended();
  std::erase_if(ended, [&](const EndedTransfer& transfer) { return !filter->takes(transfer); });
  co_return answerPage(call, std::move(ended));
}

Answer listPulls(Call call) {
  auto filter = filterOf(call);
  if (!filter) co_return failed(call, filter.error());
  auto worst = queryNumber(call, "worst", 0, 0, 50);
  if (!worst) co_return failed(call, worst.error());
  auto pulls = registry::pullsOf(call.services->parts.registry.pullHistory().ended());
  std::erase_if(pulls, [&](const registry::Pull& pull) { return !filter->takes(pull); });
  if (*worst > 0) pulls = registry::worstOf(std::move(pulls), *worst);
  co_return answerPage(call, std::move(pulls));
}

}  // namespace larder::api::admin
