// Who may do what, by repository: for each the longest glob that matches decides alone.
#pragma once

#include "console/models/rows_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/list_panel.hpp"
#include "larder/apitypes/access.hpp"
#include "written.hpp"

namespace console::screens {

class Policies : public Screen {
  Q_OBJECT

 public:
  Policies(const Context& context, Written& written);
  void refresh() override;

 private:
  struct Row {
    double place = 0;  // 1: looked at first; beyond all places: the admins
    QString glob;
    QString who;
    QStringList actions;
    forms::Path path;                      // of the actions
    std::optional<forms::Path> removable;  // what goes with the row
    QString key() const { return client::text(forms::pathText(path)); }
  };
  static QString whoOf(const forms::Json& policy);
  void showRows();
  void addRows(std::vector<Row>& rows, const std::string& glob, const forms::Json& entry) const;
  void add(const QString& glob);
  void change(const Row& row);
  void remove(const Row& row);
  void store(widgets::Sheet* sheet, const client::Request& request, const QString& done);

  Written& written_;
  models::RowsModel<Row>* rows_;
  widgets::Notice *warnings_, *none_;
  std::map<std::string, std::uint64_t> places_;
};

}  // namespace console::screens
