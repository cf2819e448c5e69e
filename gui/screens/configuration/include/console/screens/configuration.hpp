// Every setting as a form or as JSON, reviewed before it is saved; history, drift and export.
#pragma once

#include "console/screens/screen.hpp"

namespace console::screens {

Screen* makeConfiguration(const Context& context);

}  // namespace console::screens
