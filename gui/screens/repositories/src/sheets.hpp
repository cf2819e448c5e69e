// What is asked before an image is prefetched and before a repository is blocked.
#pragma once

#include "console/client/request.hpp"
#include "console/widgets/sheet.hpp"
#include "larder/apitypes/repositories.hpp"

namespace console::screens {

// `send` gets the call that the sheet asks for.
using SendSheet = std::function<void(widgets::Sheet*, const client::Request&)>;

void openPrefetch(QWidget* parent, SendSheet send);
// `repository`: the name that it begins with; empty where any may be typed.
void openBlock(const QString& repository, QWidget* parent, SendSheet send);

// "Tags matching -debug$ cannot be pulled".
QString whatOf(const larder::apitypes::Block& block);

}  // namespace console::screens
