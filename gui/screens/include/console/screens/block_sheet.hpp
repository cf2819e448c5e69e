// What is asked before repositories, or some of their tags, are blocked; and how a block is told.
#pragma once

#include <QLineEdit>
#include <functional>
#include <optional>
#include <string>

#include "console/client/request.hpp"
#include "console/widgets/sheet.hpp"
#include "larder/apitypes/access.hpp"

namespace console::screens {

// `send` gets the call that the sheet asks for.
using SendSheet = std::function<void(widgets::Sheet*, const client::Request&)>;

// What was typed, without the spaces around it; nothing where that is nothing.
std::optional<std::string> typedIn(const QLineEdit* edit);

// `repository`: the name that it begins with; empty where any may be typed. The sheet is open when it is returned.
widgets::Sheet* openBlock(const QString& repository, QWidget* parent, SendSheet send);

// "Tags matching -debug$ cannot be pulled".
QString whatOf(const larder::apitypes::Block& block);

}  // namespace console::screens
