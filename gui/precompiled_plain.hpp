// The precompiled headers of folders without widgets. Nothing may rely on this file for its includes.
#pragma once

#include <QtCore/QtCore>
#include <QtGui/QtGui>
#include <QtNetwork/QtNetwork>
#include <QtWebSockets/QtWebSockets>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "larder/apitypes/live.hpp"
#include "larder/apitypes/node_setup.hpp"
#include "larder/apitypes/session.hpp"
#include "larder/apitypes/sync.hpp"
