// larder-console: the command line, and the window.
#include <QApplication>
#include <QCommandLineParser>
#include <QDesktopServices>
#include <QDir>
#include <QLocale>
#include <QSettings>
#include <memory>
#include <optional>

#include "console/app/catalogue.hpp"
#include "console/app/main_window.hpp"
#include "console/client/text.hpp"
#include "console/desktop/instance.hpp"
#include "console/widgets/theme.hpp"
#include "larder/core/version.hpp"
#include "measure.hpp"

namespace {

// A compositor lets a window come forward only for whoever holds the token that the user's click was given.
constexpr const char* kActivation = "XDG_ACTIVATION_TOKEN";

}  // namespace

int main(int argc, char** argv) {
  QApplication app(argc, argv);
  QApplication::setApplicationName("larder-console");
  QApplication::setOrganizationName("larder");
  QApplication::setApplicationDisplayName("Larder");
  QApplication::setDesktopFileName("larder-console");
  QApplication::setApplicationVersion(console::client::text(larder::core::version()));

  console::app::speak(app, QLocale());
  QCommandLineParser parser;
  parser.setApplicationDescription(QApplication::translate("main", "The desktop console of Larder."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument(
      "place", QApplication::translate("main", "What to show: larder://host[:port]/screen, or a configuration file."),
      "[place]");
  const QCommandLineOption server(
      "server", QApplication::translate("main", "Connect to this address, in a console of its own."), "url");
  const QCommandLineOption user(
      "user", QApplication::translate("main", "Log in as this user. LARDER_CONSOLE_PASSWORD has the password."),
      "name");
  parser.addOptions({server, user});
  parser.process(app);
  const auto place = parser.positionalArguments().value(0);
  const auto link = place.isEmpty() ? QUrl() : QUrl::fromUserInput(place, QDir::currentPath(), QUrl::AssumeLocalFile);

  std::optional<console::app::MainWindow> window;
  std::unique_ptr<console::app::Measure> measure;
  const auto showWindow = [&] {
    console::widgets::apply(app, console::widgets::Theme::System);
    const auto theme = static_cast<console::widgets::Theme>(QSettings().value("theme").toInt());
    if (theme != console::widgets::Theme::System) console::widgets::apply(app, theme);
    QApplication::setWindowIcon(
        QIcon::fromTheme("larder-console", console::widgets::icon("larder", QApplication::palette())));
    window.emplace();
    measure = console::app::Measure::ifWanted(*window);
    QDesktopServices::setUrlHandler("larder", &*window, "follow");
    window->show();
    if (parser.isSet(server)) {
      console::desktop::Profile profile;
      profile.name = profile.url = parser.value(server);
      profile.user = parser.value(user);
      profile.keepPassword = false;
      window->connectTo(profile, qEnvironmentVariable("LARDER_CONSOLE_PASSWORD"));
      qunsetenv("LARDER_CONSOLE_PASSWORD");
    } else if (link.isEmpty()) {
      window->begin();
    } else {
      window->follow(link);
    }
  };

  using console::desktop::Instance;
  Instance instance(Instance::directoryOfUser());
  QObject::connect(&instance, &Instance::first, &app, showWindow);
  QObject::connect(&instance, &Instance::alone, &app, showWindow);
  QObject::connect(&instance, &Instance::handedOver, &app, &QApplication::quit, Qt::QueuedConnection);
  QObject::connect(&instance, &Instance::asked, &app, [&window](const QByteArray& message) {
    if (!window) return;
    const auto parts = message.split(' ');
    if (parts.size() > 1) qputenv(kActivation, parts[1]);
    window->comeForward();
    if (!parts[0].isEmpty()) window->follow(QUrl::fromEncoded(parts[0], QUrl::StrictMode));
  });
  if (parser.isSet(server)) {
    showWindow();
  } else {
    // Blanks end a part of the message; in a link they are encoded.
    instance.start(link.toEncoded() + ' ' + qgetenv(kActivation));
  }
  return QApplication::exec();
}
