// The screens, in the order of the navigation.
#pragma once

#include <QCoreApplication>
#include <array>

#include "console/screens/access.hpp"
#include "console/screens/configuration.hpp"
#include "console/screens/logs.hpp"
#include "console/screens/metrics.hpp"
#include "console/screens/mirrors.hpp"
#include "console/screens/nodes.hpp"
#include "console/screens/overview.hpp"
#include "console/screens/repositories.hpp"
#include "console/screens/storage.hpp"
#include "console/screens/transfers.hpp"

namespace console::app {

struct ScreenEntry {
  const char* key;  // of links, and of the icon
  const char* title;
  bool adminOnly;
  screens::Screen* (*make)(const screens::Context&);

  QString name() const { return QCoreApplication::translate("Screens", title); }
};

inline constexpr std::array kScreens{
    ScreenEntry{"overview", QT_TRANSLATE_NOOP("Screens", "Overview"), false, &screens::makeOverview},
    ScreenEntry{"transfers", QT_TRANSLATE_NOOP("Screens", "Transfers"), false, &screens::makeTransfers},
    ScreenEntry{"repositories", QT_TRANSLATE_NOOP("Screens", "Repositories"), false, &screens::makeRepositories},
    ScreenEntry{"mirrors", QT_TRANSLATE_NOOP("Screens", "Mirrors"), true, &screens::makeMirrors},
    ScreenEntry{"access", QT_TRANSLATE_NOOP("Screens", "Access"), true, &screens::makeAccess},
    ScreenEntry{"configuration", QT_TRANSLATE_NOOP("Screens", "Configuration"), true, &screens::makeConfiguration},
    ScreenEntry{"storage", QT_TRANSLATE_NOOP("Screens", "Storage"), true, &screens::makeStorage},
    ScreenEntry{"metrics", QT_TRANSLATE_NOOP("Screens", "Metrics"), false, &screens::makeMetrics},
    ScreenEntry{"logs", QT_TRANSLATE_NOOP("Screens", "Audit and logs"), true, &screens::makeLogs},
    ScreenEntry{"nodes", QT_TRANSLATE_NOOP("Screens", "Node setup"), false, &screens::makeNodeSetup},
};

}  // namespace console::app
