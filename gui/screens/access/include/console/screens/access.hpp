// Who may log in, who may do what, and why.
#pragma once

#include "console/screens/screen.hpp"

namespace console::screens {

Screen* makeAccess(const Context& context);

}  // namespace console::screens
