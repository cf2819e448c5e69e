// Which of the upstream's tags a rule takes, saved or not.
#pragma once

#include <QPointer>
#include <QWidget>
#include <functional>

#include "console/client/api_client.hpp"
#include "console/models/rows_model.hpp"
#include "console/widgets/basics.hpp"
#include "larder/apitypes/sync.hpp"

class QLineEdit;
class QPushButton;

namespace console::screens {

class TagPreviewView : public QWidget {
  Q_OBJECT

 public:
  // `rule` is asked for at each look: it may be edited meanwhile.
  TagPreviewView(client::ApiClient& api, std::function<larder::apitypes::Json()> rule, QWidget* parent = nullptr);

 private:
  void look();
  void take(const larder::apitypes::TagPreview& preview);

  client::ApiClient& api_;
  std::function<larder::apitypes::Json()> rule_;
  QLineEdit* repository_;
  QPushButton* look_;
  widgets::Notice* notice_;
  models::RowsModel<larder::apitypes::PreviewedTag>* tags_;
  QPointer<client::Call> asking_;
};

}  // namespace console::screens
