// Who changed what, and what the daemon says: the lines that are written now, and those before.
#pragma once

#include "console/screens/screen.hpp"

namespace console::screens {

Screen* makeLogs(const Context& context);

}  // namespace console::screens
