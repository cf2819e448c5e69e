// Groups stand in the configuration: http.accessControl.groups.
#pragma once

#include "console/models/rows_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/list_panel.hpp"
#include "written.hpp"

namespace console::screens {

class Groups : public Screen {
  Q_OBJECT

 public:
  Groups(const Context& context, Written& written);

 private:
  struct Row {
    QString name;
    QStringList users;
  };
  void showRows();
  void edit(const Row& row);
  void remove(const QString& name);

  Written& written_;
  models::RowsModel<Row>* rows_;
};

}  // namespace console::screens
