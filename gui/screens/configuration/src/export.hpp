// What lies over a file that cannot be written, and the configuration as a file.
#pragma once

#include "console/screens/changes.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/facts.hpp"

namespace console::screens {

class Drift : public Screen {
  Q_OBJECT

 public:
  explicit Drift(const Context& context);
  void refresh() override;

 private:
  widgets::Notice* notice_;
  ChangeList* changes_;
  widgets::CodeBlock* overlay_;
};

class Export : public Screen {
  Q_OBJECT

 public:
  explicit Export(const Context& context);
  void refresh() override;

 private:
  QString fileName() const;
  void saveAs();

  widgets::Segments* format_;
  widgets::Notice* notice_;
  widgets::CodeBlock* file_;
  QString text_;
};

}  // namespace console::screens
