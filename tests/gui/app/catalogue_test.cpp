// The window in German: nothing of it stays English, and it holds together.
#include "console/app/catalogue.hpp"

#include <QAction>
#include <QListWidget>
#include <QMenuBar>
#include <QtTest>

#include "console/app/main_window.hpp"
#include "tests.hpp"

using namespace console;

class CatalogueTest : public QObject {
  Q_OBJECT

 private slots:
  void speaksGerman() {
    app::Catalogue german;
    QVERIFY(german.load(QLocale("de_AT"), "larder-console", "_", ":/larder/translations"));
    qApp->installTranslator(&german);
    {
      app::MainWindow window;
      QStringList menus;
      for (const auto* action : window.menuBar()->actions()) menus << action->text();
      QCOMPARE(menus, (QStringList{"&Server", "&Ansicht"}));
    }
    // Whatever class asks, also one that is none of its own.
    QCOMPARE(QCoreApplication::translate("Screens", "Overview"), QStringLiteral("Übersicht"));
    QCOMPARE(screens::Screen::tr("Undone"), QStringLiteral("Rückgängig gemacht"));
    QCOMPARE(QCoreApplication::translate("Nobody", "no such text"), QStringLiteral("no such text"));
    qApp->removeTranslator(&german);
    QCOMPARE(screens::Screen::tr("Undone"), QStringLiteral("Undone"));
  }
};

std::unique_ptr<QObject> makeCatalogueTest() {
  return std::make_unique<CatalogueTest>();
}

#include "catalogue_test.moc"
