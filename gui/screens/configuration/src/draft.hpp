// The configuration while it is edited. It keeps the revision that it began with: what others save meanwhile is merged
// by the daemon against that revision, and what both changed is a conflict.
#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <memory>
#include <optional>

#include "console/client/api_client.hpp"
#include "console/forms/value.hpp"
#include "console/screens/changes.hpp"
#include "console/screens/draft_store.hpp"
#include "edited.hpp"
#include "larder/apitypes/config.hpp"

namespace console::screens {

class Draft : public Edited {
  Q_OBJECT

 public:
  explicit Draft(client::ApiClient& api, QObject* parent = nullptr);
  // Gives the draft up: whoever closes its screen was asked before.
  ~Draft() override;

  // Reads what is written now; the draft stays.
  void reload();
  // What is written now; nothing before it was read.
  const std::optional<larder::apitypes::ConfigState>& config() const { return config_; }
  const QString& trouble() const { return trouble_; }

  void replace(const forms::Json& value) override;
  // The same as soon as it is known what is written.
  void replaceOnceRead(const forms::Json& value);
  void discard();
  // From now on the draft is kept on disk under this name while it is edited, without what `schema` says is secret.
  // What a crash has left there is found().
  void keepAs(const QString& name, const forms::Json& schema);
  void restore(const KeptDraft& kept);
  bool isChanged() const override { return base_.has_value(); }
  std::vector<larder::apitypes::InputError> errors() const override;
  // Takes these sides of conflicts, and asks again.
  void choose(const ConflictList::Choices& choices);

  // What the daemon says of the draft as it is; nothing while it is asked.
  const std::optional<larder::apitypes::ConfigVerdict>& verdict() const { return verdict_; }
  // Somebody else has saved since the draft began.
  const std::optional<larder::apitypes::ConfigMerge>& merge() const { return merge_; }
  // Why there is no verdict.
  const QString& failed() const { return failed_; }
  // Upon the revision that the draft began with, or merged with what was saved since.
  void store();

 signals:
  void found(const console::screens::KeptDraft& kept);
  void saved(const larder::apitypes::ConfigSaved& saved);
  void notSaved(const QString& reason);

 private:
  struct Base {
    std::uint64_t revision = 0;
    forms::Json written;
  };
  forms::Json patch() const;
  bool isBehind() const { return base_ && config_ && config_->revision != base_->revision; }
  void check();
  void keep();
  void takeFailure(const client::Failure& failure);

  client::ApiClient& api_;
  std::optional<larder::apitypes::ConfigState> config_;
  QString trouble_;
  std::optional<Base> base_;
  std::optional<forms::Json> offered_;
  ConflictList::Choices choices_;
  std::optional<larder::apitypes::ConfigVerdict> verdict_;
  std::optional<larder::apitypes::ConfigMerge> merge_;
  QString failed_;
  QPointer<client::Call> checking_;
  QTimer checkSoon_;
  std::unique_ptr<DraftStore> store_;
  forms::Json schema_;
  KeepTimer keepSoon_;
};

}  // namespace console::screens
