#include "proxied.hpp"

#include <algorithm>

#include "browser_guard.hpp"
#include "larder/core/network.hpp"

namespace larder::api {
namespace {

constexpr std::string_view kFor = "X-Forwarded-For";
constexpr std::string_view kProto = "X-Forwarded-Proto";
constexpr std::string_view kHost = "X-Forwarded-Host";
constexpr std::string_view kPrefix = "X-Forwarded-Prefix";
constexpr std::size_t kMaxPrefixBytes = 256;

bool equalIgnoringCase(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

bool isTrusted(const PolicyState& state, std::string_view address) {
  const auto& networks = state.policy.config->larder.management.trustedProxies;
  if (networks.empty()) return false;
  auto ip = core::parseIp(address);
  return ip && std::ranges::any_of(networks, [&](const auto& network) { return network.contains(*ip); });
}

// "192.0.2.7:4711" and "[::1]:4711" as some proxies write them, without the port.
std::string_view withoutPort(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  bool onePort = std::ranges::count(text, ':') == 1;
  return onePort ? text.substr(0, text.find(':')) : text;
}

// Takes the last element off a list, "" when there is none.
std::string_view takeLast(std::string_view& list) {
  auto comma = list.rfind(',');
  auto last = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
  auto first = last.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return last.substr(first, last.find_last_not_of(" \t") - first + 1);
}

std::string_view lastValue(const http::RequestHead& head, std::string_view name) {
  std::string_view value;
  for (const auto& [field, text] : head.fields()) {
    if (equalIgnoringCase(field, name)) value = text;
  }
  return takeLast(value);
}

// Characters that need no escaping in a URL, an attribute of HTML, or a cookie's path.
bool isPlain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '~' || c == '-';
}

// "/larder" and "/apps/larder", with a slash at the end or without; "" for all else.
std::string_view prefixOf(std::string_view text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  if (text.size() > kMaxPrefixBytes || !text.starts_with('/')) return {};
  for (auto rest = text; !rest.empty();) {
    rest.remove_prefix(1);
    auto segment = rest.substr(0, rest.find('/'));
    if (segment.empty() || segment == "." || segment == ".." || !std::ranges::all_of(segment, isPlain)) return {};
    rest.remove_prefix(segment.size());
  }
  return text;
}

// Each address of the list is of whom the one after it had the request from; so the list is trusted from its end, as
// far as the proxies in it are. "" if it ends in something else than an address.
std::string_view clientOf(const PolicyState& state, const http::RequestHead& head) {
  std::string_view client;
  auto fields = head.fields();
  for (std::size_t i = fields.size(); i-- > 0;) {
    if (!equalIgnoringCase(fields[i].first, kFor)) continue;
    for (auto list = fields[i].second; !list.empty();) {
      auto address = withoutPort(takeLast(list));
      if (!core::parseIp(address)) return client;
      client = address;
      if (!isTrusted(state, address)) return client;
    }
  }
  return client;
}

}  // namespace

std::optional<http::RequestHead> asClientSent(const PolicyState& state, const http::RequestHead& head) {
  if (!isTrusted(state, head.remoteAddress)) return std::nullopt;
  auto client = clientOf(state, head);
  if (client.empty()) return std::nullopt;
  auto host = lastValue(head, kHost);
  auto proto = lastValue(head, kProto);
  http::RequestHead sent = head;
  sent.remoteAddress = client;
  sent.prefix = prefixOf(lastValue(head, kPrefix));
  if (!proto.empty()) sent.tls = equalIgnoringCase(proto, "https");
  // A page whose name was made to point here (DNS rebinding) can send the field too, from where a proxy is trusted. Its
  // own name is one of the public DNS.
  auto asked = head.field("Host");
  if (!host.empty() && (isKnownHost(state, asked) || isPrivateName(asked))) {
    sent.clearFields();
    for (const auto& [name, value] : head.fields()) sent.addField(name, equalIgnoringCase(name, "Host") ? host : value);
  }
  return sent;
}

}  // namespace larder::api
