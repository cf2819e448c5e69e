#include "larder/apitypes/basics.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_JSON(InputError, path, message, hint)
LARDER_WORDS(ChangeKind, "added", "removed", "changed", "moved")
LARDER_JSON(ConfigChange, path, kind, name, before, after, from, to)
LARDER_JSON(ConfigConflict, id, path, name, before, theirs, mine)
LARDER_JSON(EditConflict, revision, before, theirs, merged, changes, conflicts, removed, baseUnknown)
LARDER_JSON(Problem, type, title, status, detail, errors, conflict)

}  // namespace larder::apitypes
