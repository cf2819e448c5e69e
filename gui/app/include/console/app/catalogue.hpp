// The console in the language of its user.
#pragma once

#include <QTranslator>

class QApplication;
class QLocale;

namespace console::app {

// A text means the same wherever it stands: the catalogues have one context, whatever class asks.
class Catalogue : public QTranslator {
  Q_OBJECT

 public:
  using QTranslator::QTranslator;
  QString translate(const char* context, const char* source, const char* disambiguation, int n) const override;
};

// Installs what there is for the language, Qt's own texts included; English needs nothing. Call it before any window.
void speak(QApplication& app, const QLocale& locale);

}  // namespace console::app
