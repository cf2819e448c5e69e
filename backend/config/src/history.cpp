#include "history.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>

#include "document.hpp"
#include "larder/config/file_edit.hpp"
#include "larder/core/json.hpp"
#include "larder/core/wall_time.hpp"
#include "private_directory.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kMaxRevisionBytes = 2 * kMaxDocumentBytes;

Origin originNamed(std::string_view name) {
  for (auto origin : {Origin::Start, Origin::Edit, Origin::RollBack, Origin::Revert, Origin::Merge}) {
    if (name == toString(origin)) return origin;
  }
  return Origin::File;
}

std::string headerOf(const Revision& revision) {
  Json header{{"hash", revision.hash},
              {"timeMs", core::millisOf(revision.time)},
              {"user", revision.author.user},
              {"remote", revision.author.remote},
              {"origin", toString(revision.origin)},
              {"paths", revision.paths},
              {"rules", revision.rules},
              {"parent", revision.parent}};
  return header.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Revision> parseHeader(std::uint64_t number, const std::string& line) try {
  auto header = core::parseOrderedJson(line, core::kOwnJson).value_or(nullptr);
  if (!header.is_object()) return std::nullopt;
  Revision revision;
  revision.number = number;
  revision.hash = header.value("hash", "");
  revision.time = core::timeOfMillis(header.value("timeMs", std::int64_t{0}));
  revision.author = {header.value("user", ""), header.value("remote", "")};
  revision.origin = originNamed(header.value("origin", ""));
  revision.paths = header.value("paths", std::vector<std::string>{});
  revision.rules = header.value("rules", std::vector<std::string>{});
  revision.parent = header.value("parent", std::uint64_t{0});
  return revision;
} catch (const Json::exception&) {
  return std::nullopt;  // a member of another type: written by another program
}

}  // namespace

const char* toString(Origin origin) {
  switch (origin) {
    case Origin::Start:
      return "start";
    case Origin::File:
      return "file";
    case Origin::Edit:
      return "api";
    case Origin::RollBack:
      return "rollback";
    case Origin::Revert:
      return "revert";
    case Origin::Merge:
      return "merge";
  }
  return "file";
}

std::filesystem::path History::fileOf(std::uint64_t number) const {
  auto digits = std::to_string(number);
  return directory_ / (std::string(8 - std::min<std::size_t>(8, digits.size()), '0') + digits + ".json");
}

std::vector<std::uint64_t> History::numbers() const {
  std::vector<std::uint64_t> numbers;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    auto name = entry.path().filename().string();
    std::uint64_t number = 0;
    auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (failure == std::errc() && std::string_view(end) == ".json") numbers.push_back(number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

core::Result<void> History::add(const Revision& revision, const Json& document) const {
  makePrivate(directory_.parent_path());
  makePrivate(directory_);
  auto written =
      replaceFile(fileOf(revision.number), headerOf(revision) + "\n" + document.dump() + "\n", FileStamp{}, 0600);
  if (!written) return core::fail(written.error());
  prune();
  return {};
}

std::uint64_t History::highest() const {
  auto known = numbers();
  return known.empty() ? 0 : known.back();
}

void History::remove(std::uint64_t number) const {
  std::error_code ignored;
  std::filesystem::remove(fileOf(number), ignored);
}

void History::prune() const {
  auto known = numbers();
  std::uintmax_t bytes = 0;
  std::size_t kept = 0;
  for (auto number = known.rbegin(); number != known.rend(); ++number) {
    std::error_code error;
    auto size = std::filesystem::file_size(fileOf(*number), error);
    bytes += error ? 0 : size;
    // The newest stays however large it is.
    if (kept > 0 && (kept >= kMostRevisions || bytes > kMostBytes)) {
      remove(*number);
    } else {
      ++kept;
    }
  }
}

std::optional<Revision> History::head(std::uint64_t number) const {
  std::ifstream file(fileOf(number));
  std::string line;
  return std::getline(file, line) ? parseHeader(number, line) : std::nullopt;
}

std::vector<Revision> History::list() const {
  std::vector<Revision> revisions;
  auto known = numbers();
  for (auto number = known.rbegin(); number != known.rend(); ++number) {
    if (auto revision = head(*number)) revisions.push_back(std::move(*revision));
  }
  return revisions;
}

std::optional<Revision> History::newest() const {
  auto known = numbers();
  return known.empty() ? std::nullopt : head(known.back());
}

core::Result<Json> History::document(std::uint64_t number) const {
  auto content = readForEdit(fileOf(number), kMaxRevisionBytes);
  if (!content) return core::fail(content.error());
  const std::string_view text = content->text;
  auto document =
      core::parseOrderedJson(text.substr(std::min(text.find('\n'), text.size())), core::kOwnJson).value_or(nullptr);
  if (!document.is_object()) {
    return core::fail(core::ErrorCode::NotFound, "Revision " + std::to_string(number) + " is not kept.");
  }
  return document;
}

}  // namespace larder::config
