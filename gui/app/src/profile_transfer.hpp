// Profiles to a file and from one, over the dialog of connections. What is here already under the same name is replaced
// only where the user says so.
#pragma once

#include <QWidget>
#include <functional>

#include "console/desktop/profile_file.hpp"
#include "console/models/cell.hpp"

namespace console::app {

using SayThere = std::function<void(const QString& text, models::Tone tone)>;

// Asks for the file.
void exportProfiles(const desktop::Profiles& profiles, QWidget* parent, const SayThere& say);
void importProfiles(desktop::Profiles& profiles, QWidget* parent, const SayThere& say);
// Asks which of them; `say` tells what came of it.
void chooseProfiles(const desktop::ProfileFile& file, desktop::Profiles& profiles, QWidget* parent, SayThere say);

}  // namespace console::app
