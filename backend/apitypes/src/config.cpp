#include "larder/apitypes/config.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(ConfigSource, "file", "overlay")
LARDER_WORDS(ChangeKind, "added", "removed", "changed")
LARDER_WORDS(RevisionOrigin, "start", "file", "api", "rollback")
LARDER_JSON(ConfigSummary, revision, source, drift, restartNeeded, reloadError)
LARDER_JSON_OVER(ConfigState, ConfigSummary, path, written, effective, secrets)
LARDER_JSON(ConfigDraft, patch, config)
LARDER_JSON(ConfigChange, path, kind, before, after)
LARDER_JSON(ConfigVerdict, valid, errors, warnings, restartNeeded, changes)
LARDER_JSON(ConfigSaved, revision, source, restartNeeded, warnings)
LARDER_JSON(Revision, revision, at, by, origin, paths)
LARDER_JSON(ConfigDiff, from, to, changes)
LARDER_JSON(RollBack, revision)
LARDER_JSON(ConfigDrift, source, changes, overlay)

}  // namespace larder::apitypes
