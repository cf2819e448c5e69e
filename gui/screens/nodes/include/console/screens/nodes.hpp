// Files and commands that point a node here, and whether it worked.
#pragma once

#include "console/screens/screen.hpp"

namespace console::screens {

Screen* makeNodeSetup(const Context& context);

}  // namespace console::screens
