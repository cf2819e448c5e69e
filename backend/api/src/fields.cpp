#include "fields.hpp"

#include <algorithm>
#include <charconv>

namespace larder::api {

std::string_view safeMediaType(std::string_view mediaType) {
  constexpr std::string_view kFallback = "application/octet-stream";
  if (mediaType != "application/json" && !mediaType.starts_with("application/vnd.")) return kFallback;
  bool plain = std::all_of(mediaType.begin(), mediaType.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/.+-_!#$&^").find(c) != std::string_view::npos;
  });
  return plain && mediaType.size() <= 255 ? mediaType : kFallback;
}

std::optional<std::uint64_t> parseNumber(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

std::string entityTag(std::string_view digest) {
  return std::string("\"").append(digest).append("\"");
}
std::string entityTag(const core::Digest& digest) {
  return entityTag(digest.toString());
}

bool matchesEntityTag(std::string_view field, std::string_view tag) {
  while (!field.empty()) {
    auto comma = std::min(field.find(','), field.size());
    auto one = field.substr(0, comma);
    field.remove_prefix(std::min(comma + 1, field.size()));
    while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
    while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || one == tag) return true;
  }
  return false;
}

void setCommonFields(http::Response& response) {
  response.set("Docker-Distribution-Api-Version", "registry/2.0");
  response.set("X-Content-Type-Options", "nosniff");
}

std::string loggable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '"') c = '?';
  }
  return text;
}

bool isNamespaceHost(std::string_view ns) {
  return !ns.empty() && ns.size() <= 255 && std::all_of(ns.begin(), ns.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == ':' || c == '_' || c == '[' || c == ']';
  });
}

}  // namespace larder::api
