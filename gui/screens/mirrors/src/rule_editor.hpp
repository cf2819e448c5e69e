// One rule as a form or as JSON, with a trial of its upstream before it is saved. It keeps the revision that it began
// with: what somebody else saved meanwhile is shown beside, and merged.
#pragma once

#include <QDialog>

#include "console/forms/schema_form.hpp"
#include "console/screens/draft_store.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/basics.hpp"
#include "larder/apitypes/sync.hpp"

class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace console::screens {

class ConflictView;

class RuleEditor : public QDialog {
  Q_OBJECT

 public:
  // Without a rule a new one is added. `etag` is of the list that `rule` was read with.
  RuleEditor(const Context& context, const forms::Json& ruleSchema, const std::optional<larder::apitypes::Rule>& rule,
             const QByteArray& etag, QWidget* parent);

  // A new rule begins with this.
  void beginWith(const forms::Json& rule);
  // From now on what is edited is kept in `drafts`, without secrets, until the editor is closed. `drafts` outlives it.
  void keepIn(DraftStore& drafts);
  // Goes on with what was kept of this rule.
  void restore(const KeptDraft& kept);
  // Of what was kept: which rule it is, or nothing for a new one.
  static std::optional<std::string> ruleOf(const KeptDraft& kept);
  bool isChanged() const;
  void reject() override;

 signals:
  void saved(const QString& done, const larder::apitypes::ConfigSaved& saved);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  forms::Json config() const;
  void save();
  void addAgain();
  void send(const client::Request& request, const QString& done);
  void test();
  void takeFailure(const client::Failure& failure);
  void takeMerged(const larder::apitypes::EditConflict& conflict, const forms::Json& merged);
  void showJson();
  bool readJson();
  std::optional<forms::Json> typedJson() const;

  void keepSoon();
  void keep();

  Context context_;
  forms::Json schema_;
  DraftStore* drafts_ = nullptr;
  KeepTimer keepSoon_;
  std::optional<larder::apitypes::Rule> rule_;
  QByteArray etag_;
  forms::Json original_;
  forms::SchemaForm* form_;
  QPlainTextEdit* json_;
  QTabWidget* tabs_;
  int shownTab_ = 0;
  widgets::Notice* notice_;
  widgets::Notice* result_;
  ConflictView* conflict_;
  QPushButton* save_;
  QPushButton* test_;
};

}  // namespace console::screens
