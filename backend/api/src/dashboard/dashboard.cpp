#include "dashboard/dashboard.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "fields.hpp"

namespace larder::api {
namespace {

// Scripts and styles come from here alone and never from the page's text, so that a name from a repository that was
// written as HTML could still run nothing.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

// Of the page: what its links, files and calls are relative to. web/scripts/build.mjs holds index.html to it.
constexpr std::string_view kBase = "<base href=\"/\" />";

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Whether a list such as Accept or Accept-Encoding names the word and does not refuse it with q=0.
bool lists(std::string_view field, std::string_view word) {
  while (!field.empty()) {
    auto comma = field.find(',');
    auto entry = field.substr(0, comma);
    field.remove_prefix(comma == std::string_view::npos ? field.size() : comma + 1);
    auto semicolon = entry.find(';');
    if (trimmed(entry.substr(0, semicolon)) != word) continue;
    auto weight = semicolon == std::string_view::npos ? std::string_view{} : trimmed(entry.substr(semicolon + 1));
    return weight != "q=0" && weight != "q=0.0" && weight != "q=0.00" && weight != "q=0.000";
  }
  return false;
}

const Asset* find(std::span<const Asset> assets, std::string_view path) {
  auto found = std::ranges::find(assets, path, &Asset::path);
  return found == assets.end() ? nullptr : &*found;
}

// The page below a prefix.
std::string pageBelow(std::string_view page, std::string_view prefix) {
  std::string below(page);
  auto base = below.find(kBase);
  if (base != std::string::npos) below.insert(base + kBase.find('/'), prefix);
  return below;
}

http::Response serve(const Asset& asset, const http::RequestHead& head) {
  bool isPage = asset.path == "/";
  auto prefix = isPage ? head.prefix : std::string_view{};
  auto encodings = head.field("Accept-Encoding");
  std::string_view encoding;
  auto content = asset.plain;
  std::string below;
  if (!prefix.empty()) {
    content = below = pageBelow(asset.plain, prefix);
  } else if (!asset.brotli.empty() && lists(encodings, "br")) {
    encoding = "br";
    content = asset.brotli;
  } else if (!asset.gzip.empty() && lists(encodings, "gzip")) {
    encoding = "gzip";
    content = asset.gzip;
  }
  // A strong validator names one sequence of bytes, so each encoding has its own, and the page below each prefix.
  auto tag = '"' + std::string(asset.entityTag) + std::string(prefix);
  if (!encoding.empty()) tag.append("-").append(encoding);
  tag += '"';

  http::Response response;
  response.set("Content-Type", std::string(asset.mediaType));
  response.set("ETag", tag);
  response.set("Vary", isPage ? "Accept-Encoding, Accept, X-Forwarded-Prefix" : "Accept-Encoding");
  // The name of a file changes with its content; that of the page does not.
  response.set("Cache-Control", isPage ? "no-cache" : "public, max-age=31536000, immutable");
  setBrowserFields(response);
  if (matchesEntityTag(head.field("If-None-Match"), tag)) {
    response.status = 304;
    return response;
  }
  if (!encoding.empty()) response.set("Content-Encoding", std::string(encoding));
  if (head.method == http::Method::Head) {
    response.contentLength = content.size();
  } else {
    response.body = std::string(content);
  }
  return response;
}

}  // namespace

void setBrowserFields(http::Response& response) {
  response.set("Content-Security-Policy", kContentSecurityPolicy);
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
}

std::optional<http::Response> answerDashboard(std::span<const Asset> assets, const http::RequestHead& head) {
  if (head.method != http::Method::Get && head.method != http::Method::Head) return std::nullopt;
  if (head.path != "/") {
    if (const auto* asset = find(assets, head.path)) return serve(*asset, head);
    // A file of an older build must fail as such: as a page it would be a script that does not parse.
    if (head.path.starts_with("/assets/")) return std::nullopt;
  }
  const auto* page = find(assets, "/");
  if (!page || !lists(head.field("Accept"), "text/html")) return std::nullopt;
  return serve(*page, head);
}

}  // namespace larder::api
