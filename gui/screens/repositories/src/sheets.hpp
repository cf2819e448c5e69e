// What is asked before an image is prefetched.
#pragma once

#include "console/screens/block_sheet.hpp"

namespace console::screens {

void openPrefetch(QWidget* parent, SendSheet send);

}  // namespace console::screens
