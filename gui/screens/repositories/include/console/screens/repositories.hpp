// What is stored: repositories to tags, platforms, layers and history; pinned, rechecked, removed, blocked.
#pragma once

#include "console/screens/screen.hpp"

namespace console::screens {

Screen* makeRepositories(const Context& context);

}  // namespace console::screens
