// Adding a mirror as a task: which registry, with which login, and what its names look like here. All the rest has good
// defaults and stands in the form of all settings.
#pragma once

#include <QDialog>
#include <QPointer>

#include "console/forms/check.hpp"
#include "console/screens/draft_store.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/basics.hpp"
#include "larder/apitypes/sync.hpp"

class QButtonGroup;
class QCheckBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;

namespace console::screens {

class AddMirror : public QDialog {
  Q_OBJECT

 public:
  AddMirror(const Context& context, QWidget* parent);

  bool isChanged() const { return edited_; }
  // From now on what is entered is kept in `drafts` as a new rule, without secrets, until the sheet is closed. `drafts`
  // outlives it.
  void keepIn(DraftStore& drafts, const forms::Json& ruleSchema);
  // What is made of the answers.
  larder::apitypes::Json rule() const;
  void reject() override;

 signals:
  void saved(const QString& done, const larder::apitypes::ConfigSaved& saved);
  // The form of all settings, with what was chosen here.
  void allSettings(const larder::apitypes::Json& rule);

 private:
  void noteEdit();
  void keep(DraftStore& drafts, const forms::Json& ruleSchema);
  void readPresets();
  void readCredentials();
  void addFields(QVBoxLayout* into);
  void choose(const larder::apitypes::Preset& preset);
  void showState();
  std::optional<larder::apitypes::NewCredential> credentials() const;
  QString host() const;
  const larder::apitypes::CredentialHost* stored() const;
  void test();
  void save();
  void add();
  void notSaved(const client::Failure& failure);

  Context context_;
  std::vector<larder::apitypes::Preset> presets_;
  std::optional<larder::apitypes::Preset> preset_;
  std::optional<larder::apitypes::CredentialList> credentials_;
  bool edited_ = false;
  KeepTimer keepSoon_;
  QButtonGroup* choices_;
  QGridLayout* grid_;
  QScrollArea* scroll_;
  widgets::Notice *notice_, *note_, *result_, *unwritable_;
  QLineEdit *urls_, *user_, *password_, *destination_, *repositories_;
  QCheckBox* tls_;
  QWidget* login_;
  QLabel *userHelp_, *passwordHelp_, *destinationHelp_;
  QPushButton *add_, *test_;
};

}  // namespace console::screens
