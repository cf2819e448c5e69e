// larder-console: the command line, and the window.
#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>

#include "console/app/main_window.hpp"
#include "console/widgets/theme.hpp"

int main(int argc, char** argv) {
  QApplication app(argc, argv);
  QApplication::setApplicationName("larder-console");
  QApplication::setOrganizationName("larder");
  QApplication::setApplicationDisplayName("Larder");
  QApplication::setDesktopFileName("larder-console");

  QCommandLineParser parser;
  parser.setApplicationDescription(QApplication::translate("main", "The desktop console of Larder."));
  parser.addHelpOption();
  const QCommandLineOption server("server", QApplication::translate("main", "Connect to this address."), "url");
  const QCommandLineOption user(
      "user", QApplication::translate("main", "Log in as this user. LARDER_CONSOLE_PASSWORD has the password."),
      "name");
  parser.addOptions({server, user});
  parser.process(app);

  console::widgets::apply(app, console::widgets::Theme::System);
  const auto theme = static_cast<console::widgets::Theme>(QSettings().value("theme").toInt());
  if (theme != console::widgets::Theme::System) console::widgets::apply(app, theme);

  QApplication::setWindowIcon(
      QIcon::fromTheme("larder-console", console::widgets::icon("larder", QApplication::palette())));
  console::app::MainWindow window;
  window.show();
  if (parser.isSet(server)) {
    console::desktop::Profile profile;
    profile.name = profile.url = parser.value(server);
    profile.user = parser.value(user);
    profile.keepPassword = false;
    window.connectTo(profile, qEnvironmentVariable("LARDER_CONSOLE_PASSWORD"));
    qunsetenv("LARDER_CONSOLE_PASSWORD");
  } else {
    window.showConnections();
  }
  return QApplication::exec();
}
