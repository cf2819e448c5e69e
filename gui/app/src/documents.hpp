// Configuration files that are open beside the servers, and the comparison of both.
#pragma once

#include <QList>
#include <QObject>
#include <QPointer>

#include "compare.hpp"
#include "console/screens/config_file.hpp"
#include "servers.hpp"

namespace console::app {

class Documents : public QObject {
  Q_OBJECT

 public:
  // `window` is what they are placed over.
  Documents(Servers& servers, QWidget* window);

  // Asks which file.
  void choose();
  // One that is open already comes to the front.
  screens::ConfigFile* open(const QString& path);
  // Two of the servers that are connected and the files that are open; `shown` comes first.
  void compare(const QString& shown);
  // Paths of those with unsaved changes.
  QStringList unsaved() const;

 signals:
  // To be the draft of this server's configuration.
  void offered(console::app::Server& server, const console::forms::Json& value);
  void said(const QString& text, console::models::Tone tone);

 private:
  // Servers whose configuration the user may read.
  QStringList servers() const;
  void showServers();

  Servers& servers_;
  QWidget* window_;
  QList<QPointer<screens::ConfigFile>> files_;
};

}  // namespace console::app
