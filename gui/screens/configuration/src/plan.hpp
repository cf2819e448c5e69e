// A way back: what it would change, what is in its way, and the verb that does it.
#pragma once

#include <QDialog>
#include <functional>

#include "console/screens/changes.hpp"
#include "findings.hpp"

class QPushButton;

namespace console::screens {

class Plan : public QDialog {
  Q_OBJECT

 public:
  Plan(const QString& title, const QString& about, const QString& verb, QWidget* parent);
  void show(const larder::apitypes::ConfigVerdict& verdict,
            const std::vector<larder::apitypes::ConfigConflict>& conflicts);
  void setFailed(const QString& reason);
  const ConflictList::Choices& choices() const { return conflicts_->choices(); }

 signals:
  // A conflict has another choice: the plan is to be made anew.
  void chosen();
  void agreed();

 private:
  Findings* findings_;
  ConflictList* conflicts_;
  ChangeList* changes_;
  QPushButton* act_;
};

}  // namespace console::screens
