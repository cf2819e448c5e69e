// What is wrong with a change, and what to know before it is saved.
#pragma once

#include "console/widgets/basics.hpp"
#include "larder/apitypes/config.hpp"

namespace console::screens {

// A line for each.
QString linesOf(const std::vector<larder::apitypes::InputError>& errors);
// Of what a merge would save.
larder::apitypes::ConfigVerdict verdictOf(const larder::apitypes::ConfigMerge& merge);

class Findings : public QWidget {
  Q_OBJECT

 public:
  explicit Findings(QWidget* parent = nullptr);
  void set(const larder::apitypes::ConfigVerdict& verdict);
  // There is no verdict; empty: nothing is said.
  void setFailed(const QString& reason);

 private:
  widgets::Notice *errors_, *warnings_, *restart_;
};

}  // namespace console::screens
