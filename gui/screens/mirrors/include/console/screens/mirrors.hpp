// The sync rules in their order: what is mirrored from where, how it does, and what upstreams are logged in to with.
#pragma once

#include "console/screens/screen.hpp"

namespace console::screens {

Screen* makeMirrors(const Context& context);

}  // namespace console::screens
