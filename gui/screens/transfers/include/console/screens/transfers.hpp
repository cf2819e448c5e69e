// Downloads that run, pulls that have ended, and where the time of one pull went.
#pragma once

#include "console/screens/screen.hpp"

namespace console::screens {

Screen* makeTransfers(const Context& context);

}  // namespace console::screens
