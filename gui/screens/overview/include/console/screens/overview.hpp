// Is it healthy, does it help, is anything about to run out.
#pragma once

#include "console/screens/screen.hpp"

namespace console::screens {

Screen* makeOverview(const Context& context);

}  // namespace console::screens
