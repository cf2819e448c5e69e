#include "larder/apitypes/config.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(ConfigSource, "file", "overlay")
LARDER_WORDS(RevisionOrigin, "start", "file", "api", "rollback", "revert", "merge")
LARDER_WORDS(MergeSide, "mine", "theirs", "before")
LARDER_JSON(ConfigSummary, revision, source, drift, restartNeeded, reloadError, warnings)
LARDER_JSON_OVER(ConfigState, ConfigSummary, path, written, effective, secrets)
LARDER_JSON(ConfigDraft, patch, config)
LARDER_JSON(ConfigVerdict, valid, errors, warnings, restartNeeded, changes)
LARDER_JSON(ConfigSaved, revision, source, restartNeeded, warnings, saved)
LARDER_JSON(Revision, revision, at, by, origin, paths)
LARDER_JSON_OVER(RevisionDetail, Revision, written)
LARDER_JSON(MergeDraft, base, patch, config, choices)
LARDER_JSON(Revert, revision, choices)
LARDER_JSON(ConfigMerge, base, revision, valid, merged, conflicts, mine, theirs, result, errors, warnings,
            restartNeeded)
LARDER_JSON(ConfigDiff, from, to, changes)
LARDER_JSON(RollBack, revision)
LARDER_JSON(ConfigDrift, source, changes, overlay, warnings)

}  // namespace larder::apitypes
