// The precompiled headers of folders with widgets. Nothing may rely on this file for its includes.
#pragma once

#include <QtSvg/QtSvg>
#include <QtWidgets/QtWidgets>

#include "precompiled_plain.hpp"
