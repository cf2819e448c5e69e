// Every setting as a form or as JSON, reviewed before it is saved; history, drift and export.
#pragma once

#include "console/forms/value.hpp"
#include "console/screens/screen.hpp"

namespace console::screens {

class ConfigurationScreen : public Screen {
  Q_OBJECT

 public:
  using Screen::Screen;
  // Makes this the draft, to be reviewed and saved as what was typed here. What was typed here before is lost, so look
  // at unsaved() first.
  virtual void take(const forms::Json& value) = 0;
};

Screen* makeConfiguration(const Context& context);

}  // namespace console::screens
