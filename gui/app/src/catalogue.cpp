#include "console/app/catalogue.hpp"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace console::app {

QString Catalogue::translate(const char* context, const char* source, const char* disambiguation, int n) const {
  Q_UNUSED(context);
  return QTranslator::translate("console", source, disambiguation, n);
}

void speak(QApplication& app, const QLocale& locale) {
  auto* qt = new QTranslator(&app);
  if (qt->load(locale, "qtbase", "_", QLibraryInfo::path(QLibraryInfo::TranslationsPath))) app.installTranslator(qt);
  auto* own = new Catalogue(&app);
  if (own->load(locale, "larder-console", "_", ":/larder/translations")) app.installTranslator(own);
}

}  // namespace console::app
