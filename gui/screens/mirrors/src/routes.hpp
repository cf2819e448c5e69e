// Name in, rule and URL out: the same code decides as for a pull.
#pragma once

#include <QPointer>
#include <QTimer>

#include "console/models/rows_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/basics.hpp"
#include "larder/apitypes/sync.hpp"

class QLineEdit;

namespace console::screens {

class Routes : public Screen {
  Q_OBJECT

 public:
  explicit Routes(const Context& context);
  void refresh() override;

 private:
  // A URL of a step; the first of all is tried first.
  struct Row {
    std::size_t place = 0;
    std::uint64_t rule = 0;
    QString name, url;
  };
  void take(const larder::apitypes::RouteExplanation& route);

  QLineEdit *image_, *registry_;
  widgets::Notice* notice_;
  models::RowsModel<Row>* rows_;
  QPointer<client::Call> asking_;
  QTimer askSoon_;
};

}  // namespace console::screens
