// One call of the management API, as its handlers see it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/caller.hpp"
#include "admin/problem.hpp"
#include "larder/core/json.hpp"
#include "larder/http/message.hpp"
#include "services.hpp"

namespace larder::api::admin {

inline constexpr std::size_t kMaxBodyBytes = std::size_t{1} << 20;
inline constexpr core::JsonLimits kBodyLimits{.bytes = kMaxBodyBytes};

// What a changing handler tells the audit log. Secrets must not get in.
struct ChangeNote {
  std::string object;  // what was changed: "alice", "docker.io", "extensions.sync"
  Json before, after;  // null where there is none
};

// Passed to handlers by value; what the pointers lead to outlives them.
struct Call {
  Services* services;
  http::Request* request;
  std::shared_ptr<const PolicyState> state;
  Caller caller;
  std::vector<std::pair<std::string, std::string>> parameters;  // of the path, decoded
  Json body;                                                    // null if none was sent
  ChangeNote* note;

  const http::RequestHead& head() const { return request->head; }
  const config::Config& config() const { return *state->policy.config; }
  runtime::Executor blocking() const { return services->parts.blocking; }
  // The path's `{name}`; "" if the pattern has none of that name.
  const std::string& parameter(std::string_view name) const;
  // May the caller read this repository? Safe to keep longer than the call.
  registry::MayRead mayRead() const;
};

// limit and cursor of a list, where the next page begins.
struct Paging {
  std::size_t limit = 0;
  std::string cursor;  // opaque, of the answer before; "" for the first page
};
// InvalidArgument for a limit that is no number from 1 to `most`.
core::Result<Paging> pageOf(const Call& call, std::size_t usual = 50, std::size_t most = 500);

// The cursor where it is a number, `first` for the first page. InvalidArgument.
core::Result<std::uint64_t> numberOf(const Paging& page, std::uint64_t first);

// A number of the query, `fallback` if it is not there. InvalidArgument if it is none, or outside the range.
core::Result<std::uint64_t> queryNumber(const Call& call, std::string_view name, std::uint64_t fallback,
                                        std::uint64_t least, std::uint64_t most);
// A time of the query, nothing if it is not there. InvalidArgument if it is none.
core::Result<std::optional<apitypes::Time>> queryTime(const Call& call, std::string_view name);
core::Error noSuchWord(std::string_view name, std::span<const std::string_view> words);
// A word of the query, nothing if it is not there. InvalidArgument if the enumeration has none like it.
template <class Enum>
core::Result<std::optional<Enum>> queryWord(const Call& call, std::string_view name) {
  auto text = call.head().queryParameter(name);
  if (!text) return std::nullopt;
  if (auto word = apitypes::parseWord<Enum>(*text)) return word;
  return core::fail(noSuchWord(name, apitypes::wordsOf(Enum{})));
}

// Where this daemon is for whoever calls: http.externalUrl, else what the request was sent to. Not checked: what the
// request says may be anything.
std::string ownAddress(const Call& call);

// If-Match without its quotes; "" if it was not sent, or is `*`: then any state will do.
std::string wantedMatch(const Call& call);

// The answer for a failure. Logs what the client is not told.
http::Response failed(const Call& call, const core::Error& error);

// The body as JSON; null if there is none. A Response that refuses it: 413 beyond kMaxBodyBytes, 415 for another media
// type, 400 for what is no JSON or goes beyond kBodyLimits.
runtime::Task<tl::expected<Json, http::Response>> readBody(runtime::Executor blocking, http::Request* request);

}  // namespace larder::api::admin
