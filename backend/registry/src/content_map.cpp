#include "content_map.hpp"

namespace larder::registry {
namespace {

std::string_view trimSlashes(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::string join(std::string_view left, std::string_view right) {
  if (left.empty()) return std::string(right);
  if (right.empty()) return std::string(left);
  return std::string(left) + "/" + std::string(right);
}

// What is left of `name` behind `prefix` and its slash; nothing if it does not begin so.
std::optional<std::string_view> behind(std::string_view name, std::string_view prefix) {
  if (prefix.empty()) return name;
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  if (name.empty()) return name;
  if (name.front() != '/') return std::nullopt;
  return name.substr(1);
}

// The whole segments before the first meta character: "a/b" of "a/b/c-*", all of a pattern without meta characters.
std::string_view literalSegments(std::string_view pattern) {
  auto meta = pattern.find_first_of("*?[{\\");
  if (meta == std::string_view::npos) return pattern;
  auto slash = pattern.substr(0, meta).rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : pattern.substr(0, slash);
}

// A destination is literal, whatever characters it has.
std::string escapeGlob(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (std::string_view("*?[]{}\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

ContentMap::ContentMap(const std::vector<config::ContentRule>& content) : takesAll_(content.empty()) {
  for (std::size_t index = 0; index < content.size(); ++index) {
    const auto& rule = content[index];
    auto prefix = trimSlashes(rule.prefix.pattern());
    auto destination = trimSlashes(rule.destination);
    auto dropped = rule.stripPrefix ? literalSegments(prefix) : std::string_view{};
    auto kept = trimSlashes(prefix.substr(dropped.size()));
    auto upstream = core::Glob::parse(prefix);
    auto local = core::Glob::parse(join(escapeGlob(destination), kept));
    if (!upstream || !local) continue;
    entries_.push_back(
        {std::move(*upstream), std::move(*local), std::string(destination), std::string(dropped), index});
  }
}

std::optional<std::string> ContentMap::upstreamName(std::string_view local) const {
  if (takesAll_) return std::string(local);
  for (const auto& entry : entries_) {
    if (!entry.local.matches(local)) continue;
    auto rest = behind(local, entry.destination);
    if (!rest) continue;
    auto name = join(entry.dropped, *rest);
    if (!name.empty()) return name;
  }
  return std::nullopt;
}

std::optional<ContentMap::Local> ContentMap::localName(std::string_view upstream) const {
  if (takesAll_) return Local{std::string(upstream), false, 0};
  for (const auto& entry : entries_) {
    if (!entry.upstream.matches(upstream)) continue;
    auto rest = behind(upstream, entry.dropped);
    if (!rest) continue;
    return Local{join(entry.destination, *rest), !entry.destination.empty(), entry.index};
  }
  return std::nullopt;
}

}  // namespace larder::registry
