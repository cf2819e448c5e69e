// May they do this, and which rule decides; and all that they may do.
#pragma once

#include <QTimer>

#include "console/models/rows_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/facts.hpp"
#include "console/widgets/list_panel.hpp"
#include "larder/apitypes/access.hpp"

class QComboBox;
class QLineEdit;

namespace console::screens {

class Tester : public Screen {
  Q_OBJECT

 public:
  explicit Tester(const Context& context);
  void refresh() override;

 private:
  void askDecision();
  void askEffective();
  void showDecision(const larder::apitypes::AccessDecision& decision);
  // Nothing: the anonymous, or nobody is named yet.
  std::optional<std::string> named(const QString& kind) const;
  bool isComplete() const;

  widgets::Segments* kind_;
  QLineEdit *name_, *repository_;
  QComboBox* action_;
  widgets::Pill* verdict_;
  QLabel *why_, *rules_;
  models::RowsModel<larder::apitypes::RepositoryRights>* rights_;
  widgets::ListPanel* rightsPanel_;
  QPointer<client::Call> asking_, askingAll_;
  QTimer askSoon_;
};

}  // namespace console::screens
