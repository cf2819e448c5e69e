#include "sources/oci/link_header.hpp"

#include <algorithm>

#include "text.hpp"
#include "transport/curl_handles.hpp"

namespace larder::upstream {
namespace {

constexpr std::size_t kMaxLink = 8 * 1024;

// Whether the parameters after a link's target have rel=next, among other relations or alone.
bool isNext(std::string_view parameters) {
  while (!parameters.empty()) {
    auto one = trim(parameters.substr(0, parameters.find(';')));
    parameters.remove_prefix(std::min(parameters.size(), parameters.find(';')));
    if (!parameters.empty()) parameters.remove_prefix(1);
    auto equals = one.find('=');
    if (equals == std::string_view::npos || !equalIgnoringCase(trim(one.substr(0, equals)), "rel")) continue;
    auto relations = trim(one.substr(equals + 1));
    while (!relations.empty()) {
      auto begin = relations.find_first_not_of("\" ");
      if (begin == std::string_view::npos) break;
      relations.remove_prefix(begin);
      auto relation = relations.substr(0, relations.find_first_of("\" "));
      if (equalIgnoringCase(relation, "next")) return true;
      relations.remove_prefix(relation.size());
    }
  }
  return false;
}

}  // namespace

std::optional<std::string> nextLink(std::span<const std::string> fields) {
  for (std::string_view rest : fields) {
    while (true) {
      auto open = rest.find('<');
      auto close = rest.find('>', open == std::string_view::npos ? 0 : open);
      if (open == std::string_view::npos || close == std::string_view::npos) break;
      auto target = rest.substr(open + 1, close - open - 1);
      rest.remove_prefix(close + 1);
      auto parameters = rest.substr(0, rest.find('<'));
      if (isNext(parameters.substr(0, parameters.find(','))) && !target.empty()) return std::string(target);
    }
  }
  return std::nullopt;
}

std::optional<std::string> resolveUrl(const std::string& base, const std::string& reference) {
  bool clean = std::ranges::all_of(reference, [](char c) { return c > ' ' && c != 127; });
  if (reference.empty() || reference.size() > kMaxLink || !clean) return std::nullopt;
  UrlHandle parser(curl_url());
  if (!parser || curl_url_set(parser.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK) return std::nullopt;
  constexpr unsigned kFlags = CURLU_DISALLOW_USER | CURLU_PATH_AS_IS;
  if (curl_url_set(parser.get(), CURLUPART_URL, reference.c_str(), kFlags) != CURLUE_OK) return std::nullopt;
  auto start = lowerCase(std::string_view(reference).substr(0, 8));
  // A signed URL counts to the byte: it is passed on as it came.
  if (start.starts_with("http://") || start.starts_with("https://")) return reference;
  char* text = nullptr;
  if (curl_url_get(parser.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) return std::nullopt;
  CurlText owner(text);
  std::string resolved(text);
  if (!resolved.starts_with("http://") && !resolved.starts_with("https://")) return std::nullopt;
  return resolved;
}

std::string pathAndQuery(const std::string& url) {
  auto host = url.find("://");
  auto path = url.find_first_of("/?", host == std::string::npos ? 0 : host + 3);
  if (path == std::string::npos) return "/";
  auto rest = url.substr(path, url.find('#') - path);
  return rest.starts_with('/') ? rest : "/" + rest;
}

}  // namespace larder::upstream
