#include "file_scope.hpp"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

#include "coerce.hpp"
#include "document_edit.hpp"
#include "larder/config/hosts.hpp"
#include "larder/config/sync_rules.hpp"
#include "text.hpp"

namespace larder::config {

namespace fs = std::filesystem;

namespace {

constexpr const char* kBeyond = "This path cannot be set through the API.";
constexpr const char* kBeyondHint =
    "Use a directory that the configuration file already uses for such files, or add one to "
    "larder.management.fileDirectories in the configuration file";
constexpr const char* kBeyondHintAlone =
    "Keep the current file, or add its directory to larder.management.fileDirectories in the configuration file";

void collect(const SchemaNode& node, const Json& source, const Path& place, std::vector<NamedPath>& found) {
  if (node.format == ValueFormat::Path) {
    auto value = coerce(node, source);
    if (value.is_string() && !isEmptyText(value)) found.push_back({place, node.pathUse, value.get<std::string>()});
    return;
  }
  if (node.items) {
    auto list = coerce(node, source);
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) collect(*node.items, list[i], place[i], found);
    return;
  }
  if (!source.is_object()) return;
  for (auto it = source.begin(); it != source.end(); ++it) {
    if (const auto* property = node.find(it.key())) {
      collect(*property->second, *it, place / property->first, found);
    } else if (node.additional) {
      collect(*node.additional, *it, node.hasDataNames() ? place.entry(it.key()) : place / it.key(), found);
    }
  }
}

fs::path withoutLastSlash(const fs::path& path) {
  return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

// Absolute, as text: for a path without "..".
fs::path normal(const fs::path& path) {
  std::error_code error;
  return withoutLastSlash(fs::absolute(path, error).lexically_normal());
}

// Where the path leads, symlinks followed as far as it exists; "" if that cannot be told.
fs::path resolve(const fs::path& path) {
  std::error_code error;
  auto found = withoutLastSlash(fs::weakly_canonical(fs::absolute(path, error), error));
  if (error) return {};
  // A link to nothing is left in the path, and whoever writes to it makes what it names.
  fs::path walked;
  for (const auto& part : found) {
    walked /= part;
    if (fs::is_symlink(fs::symlink_status(walked, error))) return {};
  }
  return found;
}

bool isBelow(const fs::path& inner, const fs::path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

bool isBelowAny(const fs::path& path, const std::set<fs::path>& directories) {
  return std::ranges::any_of(directories, [&path](const auto& directory) { return isBelow(path, directory); });
}

// Too much lies below "/", "/etc" or "/home" for one file there to open them, and what the kernel shows is no directory
// of files.
bool isTooWide(const fs::path& directory) {
  const auto below = directory.relative_path();
  const auto top = below.empty() ? fs::path{} : *below.begin();
  return std::ranges::distance(below) < 2 || top == "dev" || top == "proc" || top == "sys";
}

bool goesUp(const fs::path& path) {
  return std::ranges::find(path, fs::path("..")) != path.end();
}

// Each such file is allowed for itself: one beside it may be a key, or anybody's.
bool standsAlone(PathUse use) {
  return use == PathUse::Sent || use == PathUse::Log;
}

PathUse kindOf(PathUse use) {
  return use == PathUse::Directory ? PathUse::File : use;
}

std::string textOf(const Json* object, std::string_view key) {
  const auto* value = memberAnyCase(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool holdsFileOnly(const SchemaNode& node) {
  return node.fileOnly ||
         std::ranges::any_of(node.properties, [](const auto& property) { return holdsFileOnly(*property.second); });
}

Json::iterator memberToEdit(Json& object, std::string_view name) {
  auto it = object.begin();
  while (it != object.end() && (it->is_null() || !equalIgnoringCase(it.key(), name))) ++it;
  return it;
}

void keep(const SchemaNode& node, const Json& from, Json& to, const Path& place, std::vector<Path>& changed) {
  if (!to.is_object()) return;
  static const Json kNothing;
  for (const auto& [name, child] : node.properties) {
    if (!holdsFileOnly(*child)) continue;
    const auto* found = memberAnyCase(&from, name);
    const auto& wanted = found != nullptr ? *found : kNothing;
    auto there = memberToEdit(to, name);
    const bool isThere = there != to.end();
    if (!child->fileOnly) {
      auto made = Json::object();
      keep(*child, wanted, isThere ? *there : made, place / name, changed);
      if (!made.empty()) to[name] = std::move(made);
    } else if (wanted != (isThere ? *there : kNothing)) {
      changed.push_back(place / name);
      if (isThere) to.erase(there);
      if (found != nullptr) to[name] = wanted;
    }
  }
}

// "https://idp.example:8443" of a URL, as it is written but for case.
std::string originOf(std::string_view url) {
  const auto mark = url.find("://");
  const auto host = mark == std::string_view::npos ? 0 : mark + 3;
  return lower(url.substr(0, url.find_first_of("/?#", host)));
}

}  // namespace

std::vector<NamedPath> pathsIn(const SchemaNode& schema, const Json& document) {
  std::vector<NamedPath> found;
  collect(schema, document, {}, found);
  return found;
}

FileScope::FileScope(const SchemaNode& schema, const fs::path& file, const Json& base, const Json& current)
    : schema_(schema), file_(file.empty() ? fs::path{} : resolve(file)) {
  open(base);
  auto named = pathsIn(schema, current);
  std::ranges::move(pathsIn(schema, base), std::back_inserter(named));
  for (const auto& one : named) {
    inForce_.emplace(one.use, one.value);
    uses_[resolve(one.value)].insert(kindOf(one.use));
    if (one.use == PathUse::Data) data_.insert(resolve(one.value));
    if (one.use == PathUse::Log) logs_.insert(resolve(one.value));
  }
  for (const auto* document : {&base, &current}) {
    for (const auto& rule : rulesOf(*document)) {
      for (auto& [path, recipient] : recipientsIn(rule)) recipients_.emplace(resolve(path), std::move(recipient));
    }
  }
}

void FileScope::open(const Json& document) {
  for (const auto& named : pathsIn(schema_, document)) open(named);
}

void FileScope::open(const NamedPath& named) {
  if (named.use == PathUse::Data) return;
  const auto resolved = resolve(named.value);
  if (named.use == PathUse::Log) logs_.insert(resolved);
  if (standsAlone(named.use)) return;
  const auto written = goesUp(named.value) ? resolved : normal(named.value);
  const bool isDirectory = named.use == PathUse::Directory || named.use == PathUse::Listed;
  auto& directories = named.use == PathUse::Listed ? listed_ : opened_[kindOf(named.use)];
  for (const auto& path : {written, resolved}) {
    if (path.empty()) continue;
    const auto directory = isDirectory ? path : path.parent_path();
    // The directory itself may be a link, whose both ends count.
    for (const auto& one : {directory, resolve(directory)}) {
      if (!one.empty() && (named.use == PathUse::Listed || !isTooWide(one))) directories.insert(one);
    }
  }
}

bool FileScope::isOpen(const fs::path& written, const fs::path& resolved, PathUse use) const {
  if (isBelowAny(written, listed_) && isBelowAny(resolved, listed_)) return true;
  const auto opened = opened_.find(kindOf(use));
  return opened != opened_.end() && isBelowAny(written, opened->second) && isBelowAny(resolved, opened->second);
}

bool FileScope::mayName(const NamedPath& named) const {
  if (named.use == PathUse::Listed || inForce_.contains({named.use, named.value})) return true;
  if (named.use == PathUse::Log && (named.value == "/dev/stdout" || named.value == "/dev/stderr")) return true;
  // What stands before a ".." would tell by the outcome whether it exists.
  const fs::path path(named.value);
  if (goesUp(path) || named.value.find('\0') != std::string::npos) return false;
  const auto written = normal(path);
  const auto resolved = resolve(path);
  if (resolved.empty()) return false;
  if (named.use == PathUse::Log && logs_.contains(resolved)) return true;
  if (!isOpen(written, resolved, named.use)) return false;
  if (resolved == file_) return false;
  // The store holds what clients push, and Larder's own secrets.
  return named.use == PathUse::Data || !isBelowAny(resolved, data_);
}

std::vector<Problem> FileScope::check(const Json& document) const {
  std::vector<Problem> problems;
  std::vector<NamedPath> within;
  for (auto& named : pathsIn(schema_, document)) {
    if (mayName(named)) {
      within.push_back(std::move(named));
    } else {
      problems.push_back(
          {Severity::Error, named.place.toString(), kBeyond, standsAlone(named.use) ? kBeyondHintAlone : kBeyondHint});
    }
  }
  checkUses(within, problems);
  if (problems.empty()) checkRecipients(document, problems);
  return problems;
}

// A file that is sent, or written to, is there for nothing else: no key of the certificate becomes an assertion, and
// nothing that somebody else wrote gets lines of a log.
void FileScope::checkUses(const std::vector<NamedPath>& named, std::vector<Problem>& problems) const {
  auto uses = uses_;
  for (const auto& one : named) uses[resolve(one.value)].insert(kindOf(one.use));
  for (const auto& one : named) {
    if (inForce_.contains({one.use, one.value})) continue;
    const auto resolved = resolve(one.value);
    std::error_code error;
    if (one.use == PathUse::Log && !logs_.contains(resolved) && fs::is_regular_file(resolved, error)) {
      problems.push_back({Severity::Error, one.place.toString(), "This file already exists and is not a Larder log.",
                          "Choose a file name that does not exist yet"});
      continue;
    }
    const auto& all = uses[resolved];
    const bool isShared = all.size() > 1 && (all.contains(PathUse::Sent) || all.contains(PathUse::Log));
    if (!isShared) continue;
    problems.push_back({Severity::Error, one.place.toString(), "This file is already used for something else.",
                        "A log file, or a file that is sent to a token service, must not be used for anything else"});
  }
}

// What proves who we are to one token service, for one registry, is not handed to others.
void FileScope::checkRecipients(const Json& document, std::vector<Problem>& problems) const {
  const auto rules = rulesOf(document);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const auto& [path, wanted] : recipientsIn(rules[i])) {
      auto [known, end] = recipients_.equal_range(resolve(path));
      const bool isNew = known == end;
      const bool fits = std::any_of(known, end, [&wanted](const auto& entry) {
        return entry.second.tokenService == wanted.tokenService &&
               std::ranges::includes(entry.second.registries, wanted.registries);
      });
      if (isNew || fits) continue;
      const auto place = Path{} / "extensions" / "sync" / "registries";
      problems.push_back({Severity::Error, (place[i] / "oauth2CredentialHelper").toString(),
                          "Its files are already used for another token service or registry.",
                          "To use them elsewhere, change tokenURL or urls in the configuration file"});
      break;
    }
  }
}

std::vector<std::pair<std::string, FileScope::Recipient>> FileScope::recipientsIn(const Json& rule) {
  std::vector<std::pair<std::string, Recipient>> found;
  const auto* helper = memberAnyCase(&rule, "oauth2CredentialHelper");
  if (helper == nullptr) return found;
  Recipient recipient{originOf(textOf(helper, "tokenURL")), {}};
  const auto* urls = memberAnyCase(&rule, "urls");
  if (urls != nullptr && urls->is_string()) recipient.registries.insert(originOf(urls->get<std::string>()));
  for (std::size_t i = 0; urls != nullptr && urls->is_array() && i < urls->size(); ++i) {
    if ((*urls)[i].is_string()) recipient.registries.insert(originOf((*urls)[i].get<std::string>()));
  }
  for (const char* key : {"assertionFile", "signingFile", "clientSecretFile"}) {
    if (auto path = textOf(helper, key); !path.empty()) found.emplace_back(std::move(path), recipient);
  }
  return found;
}

std::vector<Path> keepFileOnly(const SchemaNode& schema, const Json& from, Json& to) {
  std::vector<Path> changed;
  keep(schema, from, to, {}, changed);
  return changed;
}

}  // namespace larder::config
