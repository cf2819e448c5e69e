// The configuration and its history.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/basics.hpp"

namespace larder::apitypes {

enum class ConfigSource : std::uint8_t { Unknown, File, Overlay };
enum class RevisionOrigin : std::uint8_t { Unknown, Start, File, Api, Rollback, Revert, Merge };
enum class MergeSide : std::uint8_t { Unknown, Mine, Theirs, Before };

struct ConfigSummary {
  std::uint64_t revision = 0;
  ConfigSource source = ConfigSource::Unknown;
  bool drift = false;
  std::vector<std::string> restartNeeded;  // keys, as "http.port"
  std::optional<std::string> reloadError;
  std::vector<InputError> warnings;
};
struct ConfigState : ConfigSummary {
  std::optional<std::string> path;  // of the file
  Json written = Json::object();    // secrets are replaced
  Json effective = Json::object();
  std::vector<std::string> secrets;  // keys of those that are set
};
// One of the two is set.
struct ConfigDraft {
  std::optional<Json> patch;
  std::optional<Json> config;
};
struct ConfigVerdict {
  bool valid = false;
  std::vector<InputError> errors;
  std::vector<InputError> warnings;
  std::vector<std::string> restartNeeded;
  std::vector<ConfigChange> changes;
};
struct ConfigSaved {
  std::uint64_t revision = 0;
  ConfigSource source = ConfigSource::Unknown;
  std::vector<std::string> restartNeeded;
  std::vector<InputError> warnings;
  bool saved = false;  // false: it was all there already
};
struct Revision {
  std::uint64_t revision = 0;
  Time at{};
  std::string by;
  RevisionOrigin origin = RevisionOrigin::Unknown;
  std::vector<std::string> paths;
};
struct RevisionDetail : Revision {
  Json written = Json::object();  // secrets are replaced
};
// One of patch and config is set.
struct MergeDraft {
  std::uint64_t base = 0;
  std::optional<Json> patch;
  std::optional<Json> config;
  std::optional<std::map<std::string, MergeSide>> choices;  // by the conflict's id
};
struct Revert {
  std::uint64_t revision = 0;
  std::optional<std::map<std::string, MergeSide>> choices;
};
struct ConfigMerge {
  std::uint64_t base = 0;
  std::uint64_t revision = 0;  // that it was merged onto
  bool valid = false;
  Json merged = Json::object();  // secrets are replaced
  std::vector<ConfigConflict> conflicts;
  std::vector<ConfigChange> mine;
  std::vector<ConfigChange> theirs;
  std::vector<ConfigChange> result;
  std::vector<InputError> errors;
  std::vector<InputError> warnings;
  std::vector<std::string> restartNeeded;
};
struct ConfigDiff {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::vector<ConfigChange> changes;
};
struct RollBack {
  std::uint64_t revision = 0;
};
struct ConfigDrift {
  ConfigSource source = ConfigSource::Unknown;
  std::vector<ConfigChange> changes;
  Json overlay = Json::object();
  std::vector<InputError> warnings;
};

LARDER_DECLARE_WORDS(ConfigSource);
LARDER_DECLARE_WORDS(RevisionOrigin);
LARDER_DECLARE_JSON(ConfigSummary);
LARDER_DECLARE_JSON(ConfigState);
LARDER_DECLARE_JSON(ConfigDraft);
LARDER_DECLARE_JSON(ConfigVerdict);
LARDER_DECLARE_JSON(ConfigSaved);
LARDER_DECLARE_WORDS(MergeSide);
LARDER_DECLARE_JSON(Revision);
LARDER_DECLARE_JSON(RevisionDetail);
LARDER_DECLARE_JSON(MergeDraft);
LARDER_DECLARE_JSON(Revert);
LARDER_DECLARE_JSON(ConfigMerge);
LARDER_DECLARE_JSON(ConfigDiff);
LARDER_DECLARE_JSON(RollBack);
LARDER_DECLARE_JSON(ConfigDrift);

}  // namespace larder::apitypes
