#include "admin/call.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "error_mapping.hpp"
#include "fields.hpp"
#include "larder/core/json.hpp"
#include "larder/runtime/offload_large.hpp"

namespace larder::api::admin {
namespace {

// "application/json; charset=utf-8" and "application/merge-patch+json" are JSON. A form of another site can send
// neither without a preflight.
bool isJson(std::string_view mediaType) {
  mediaType = mediaType.substr(0, mediaType.find(';'));
  while (mediaType.ends_with(' ')) mediaType.remove_suffix(1);
  return mediaType == "application/json" || (mediaType.starts_with("application/") && mediaType.ends_with("+json"));
}

}  // namespace

const std::string& Call::parameter(std::string_view name) const {
  static const std::string kNone;
  auto found = std::ranges::find(parameters, name, &std::pair<std::string, std::string>::first);
  return found == parameters.end() ? kNone : found->second;
}

registry::MayRead Call::mayRead() const {
  return mayReadOf(state, caller);
}

core::Result<Paging> pageOf(const Call& call, std::size_t usual, std::size_t most) {
  auto limit = queryNumber(call, "limit", usual, 1, most);
  if (!limit) return core::fail(limit.error());
  return Paging{static_cast<std::size_t>(*limit), call.head().queryParameter("cursor").value_or("")};
}

core::Result<std::uint64_t> queryNumber(const Call& call, std::string_view name, std::uint64_t fallback,
                                        std::uint64_t least, std::uint64_t most) {
  auto text = call.head().queryParameter(name);
  if (!text) return fallback;
  auto number = parseNumber(*text);
  if (number && *number >= least && *number <= most) return *number;
  return core::fail(core::ErrorCode::InvalidArgument,
                    "The parameter " + std::string(name) + " must be an integer from " + std::to_string(least) +
                        " to " + std::to_string(most) + ".",
                    "?" + std::string(name));
}

core::Result<std::uint64_t> numberOf(const Paging& page, std::uint64_t first) {
  if (page.cursor.empty()) return first;
  if (auto number = parseNumber(page.cursor)) return *number;
  return core::fail(core::ErrorCode::InvalidArgument, "The cursor is not valid. Start with the first page.", "?cursor");
}

core::Result<std::optional<apitypes::Time>> queryTime(const Call& call, std::string_view name) {
  auto text = call.head().queryParameter(name);
  if (!text) return std::nullopt;
  if (auto time = apitypes::parseTime(*text)) return time;
  return core::fail(core::ErrorCode::InvalidArgument,
                    "The parameter " + std::string(name) + " must be a UTC time, for example 2026-03-01T12:00:00Z.",
                    "?" + std::string(name));
}

core::Error noSuchWord(std::string_view name, std::span<const std::string_view> words) {
  auto message = "The parameter " + std::string(name) + " must be one of:";
  for (auto word : words.subspan(1)) message.append(word == words[1] ? " " : ", ").append(word);
  return {core::ErrorCode::InvalidArgument, message + ".", "?" + std::string(name)};
}

std::string ownAddress(const Call& call) {
  auto address = call.config().http.externalUrl;
  if (address.empty()) {
    address = std::string(call.head().tls ? "https://" : "http://") + std::string(call.head().field("Host"));
  }
  while (address.ends_with('/')) address.pop_back();
  return address;
}

std::string wantedMatch(const Call& call) {
  auto match = call.head().field("If-Match");
  if (match == "*") return "";
  if (match.size() > 1 && match.starts_with('"') && match.ends_with('"')) match = match.substr(1, match.size() - 2);
  return std::string(match);
}

http::Response failed(const Call& call, const core::Error& error) {
  auto response = problemResponse(error);
  if (response.status >= 500) {
    spdlog::warn("request_failed id={} path={} status={} code={} where=\"{}\" message=\"{}\"", call.request->id,
                 call.head().path, response.status, core::toString(error.code), loggable(error.where),
                 loggable(error.message));
  }
  return response;
}

runtime::Task<tl::expected<Json, http::Response>> readBody(runtime::Executor blocking, http::Request* request) {
  auto content = co_await request->body.readAll(kMaxBodyBytes);
  if (!content) co_return tl::make_unexpected(problemResponse(content.error()));
  if (content->empty()) co_return Json(nullptr);
  if (!isJson(request->head.field("Content-Type"))) {
    co_return tl::make_unexpected(problemResponse(415, "The Content-Type must be application/json."));
  }
  auto bytes = content->size();
  auto body = co_await runtime::offloadLarge(
      blocking, bytes, [text = std::move(*content)] { return core::parseOrderedJson(text, kBodyLimits); });
  if (!body) {
    const auto& where = body.error().where;
    co_return tl::make_unexpected(problemResponse(
        400, "The request body is not valid. " + body.error().message + (where.empty() ? "" : " (" + where + ")")));
  }
  co_return std::move(*body);
}

}  // namespace larder::api::admin
