// The configuration as it is written, for edits of one place in it: each is made upon the revision that was read, so
// that nobody's change is overwritten unseen.
#pragma once

#include <QObject>
#include <QPointer>
#include <optional>

#include "console/client/api_client.hpp"
#include "console/forms/value.hpp"
#include "larder/apitypes/config.hpp"

namespace console::screens {

class Written : public QObject {
  Q_OBJECT

 public:
  explicit Written(client::ApiClient& api, QObject* parent = nullptr) : QObject(parent), api_(api) {}

  void reload();
  bool isRead() const { return state_.has_value(); }
  const QString& trouble() const { return trouble_; }
  // Null where nothing is.
  const forms::Json* at(const forms::Path& path) const;
  // The call that sets it, or takes it out.
  client::Request edit(const forms::Path& path, const std::optional<forms::Json>& next) const;

 signals:
  void changed();

 private:
  client::ApiClient& api_;
  std::optional<larder::apitypes::ConfigState> state_;
  QString trouble_;
  QPointer<client::Call> reading_;
};

// The texts of a list; none where it is no list.
QStringList textsOf(const forms::Json* list);
// What was typed, separated by commas or blanks, as a list.
forms::Json listOfTyped(const QString& typed);

}  // namespace console::screens
