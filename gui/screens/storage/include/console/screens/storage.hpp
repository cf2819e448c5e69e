// What the disk holds, what would be removed, and the jobs that make room.
#pragma once

#include "console/screens/screen.hpp"

namespace console::screens {

Screen* makeStorage(const Context& context);

}  // namespace console::screens
