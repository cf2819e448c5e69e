// What the palette finds beyond what is always there: repositories, and the settings of the configuration.
#pragma once

#include <QObject>
#include <QPointer>
#include <vector>

#include "console/client/connection.hpp"
#include "console/forms/schema.hpp"
#include "console/screens/screen.hpp"
#include "palette.hpp"

namespace console::app {

// Of one connection; dies with it.
class Search : public QObject {
  Q_OBJECT

 public:
  Search(client::Connection& connection, screens::Shell& shell);
  // Offers to `palette` what it finds, if that is still there by then.
  void find(const QString& typed, Palette* palette);

 private:
  void offerSettings(const QString& typed, Palette* palette);

  client::Connection& connection_;
  screens::Shell& shell_;
  std::vector<forms::Setting> settings_;  // read when something is first searched for
};

}  // namespace console::app
