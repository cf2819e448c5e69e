#include <filesystem>
#include <vector>

#include "larder/core/units.hpp"
#include "meaning.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

// Images in a place where nobody looks for them are worse than no start.
void checkDriver(const Json& storage, const Path& path, Findings& findings) {
  const auto* driver = member(&storage, "storageDriver");
  if (driver == nullptr || !driver->is_object() || driver->empty()) return;
  const auto* name = member(driver, "name");
  if (name != nullptr && (*name == "local" || *name == "filesystem")) return;
  const auto shown = name != nullptr && name->is_string() ? quote(name->get_ref<const std::string&>()) : "This driver";
  findings.error(path / "storageDriver",
                 shown + " is not available yet; images would be stored in the file system instead.",
                 "Remove storageDriver to store them in storage.rootDirectory");
}

struct Root {
  Path path;
  std::filesystem::path directory;
};

bool isWithin(const std::filesystem::path& inner, const std::filesystem::path& outer) {
  auto at = inner.begin();
  for (const auto& part : outer) {
    if (at == inner.end() || *at++ != part) return false;
  }
  return true;
}

void addRoot(const Json& storage, const Path& path, std::vector<Root>& roots) {
  const auto* directory = member(&storage, "rootDirectory");
  if (directory == nullptr || !directory->is_string()) return;
  auto normal = std::filesystem::path(directory->get_ref<const std::string&>()).lexically_normal();
  if (!normal.has_filename()) normal = normal.parent_path();
  roots.push_back({path / "rootDirectory", std::move(normal)});
}

void checkRoots(const std::vector<Root>& roots, Findings& findings) {
  for (std::size_t i = 0; i < roots.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (isWithin(roots[i].directory, roots[k].directory) || isWithin(roots[k].directory, roots[i].directory)) {
        findings.error(roots[i].path, "This directory overlaps with that of " + roots[k].path.toString() + ".",
                       "Use separate directories");
        break;
      }
    }
  }
}

double shareOf(const Json* object, const char* key, double otherwise) {
  const auto* value = member(object, key);
  return value != nullptr && value->is_number() ? value->get<double>() : otherwise;
}

void checkLimits(const Json& document, Findings& findings) {
  constexpr double kDefaultHigh = 95, kDefaultLow = 85;
  const auto* limits = member(member(&document, "larder"), "storage");
  const auto path = Path{} / "larder" / "storage";
  if (const auto* most = member(limits, "maxBytes"); most != nullptr && *most == 0) {
    findings.error(path / "maxBytes", "This must be more than 0.", "Leave it out for no limit");
  }
  const bool given = member(limits, "lowWatermark") != nullptr || member(limits, "highWatermark") != nullptr;
  if (given && shareOf(limits, "lowWatermark", kDefaultLow) >= shareOf(limits, "highWatermark", kDefaultHigh)) {
    const auto* place = member(limits, "lowWatermark") != nullptr ? "lowWatermark" : "highWatermark";
    findings.error(path / place, "The low watermark must be less than the high one.", "The defaults are 85% and 95%");
  }
}

void checkScrub(const Json& document, Findings& findings) {
  constexpr std::chrono::hours kLeastScrubInterval{2};
  const auto* interval = member(member(member(&document, "extensions"), "scrub"), "interval");
  if (interval == nullptr || !interval->is_string()) return;
  if (core::parseDuration(interval->get_ref<const std::string&>()).value_or(kLeastScrubInterval) <
      kLeastScrubInterval) {
    findings.warning(Path{} / "extensions" / "scrub" / "interval", "This is less than 2h; 2h is used instead.");
  }
}

}  // namespace

void checkStorage(const Json& document, Findings& findings) {
  checkLimits(document, findings);
  checkScrub(document, findings);
  const auto* storage = member(&document, "storage");
  if (storage == nullptr || !storage->is_object()) return;
  const auto path = Path{} / "storage";
  std::vector<Root> roots;
  checkDriver(*storage, path, findings);
  addRoot(*storage, path, roots);
  if (const auto* subPaths = member(storage, "subPaths")) {
    for (auto it = subPaths->begin(); it != subPaths->end(); ++it) {
      const auto place = (path / "subPaths").entry(it.key());
      checkDriver(it.value(), place, findings);
      addRoot(it.value(), place, roots);
      if (it.key().find('/', 1) != std::string::npos) {
        findings.warning(
            place, "This route matches no repository. A route is the first segment of a name, for example \"/team\".");
      }
    }
  }
  checkRoots(roots, findings);
}

}  // namespace larder::config
