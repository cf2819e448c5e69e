// One repository: what it is, what blocks it, and its tags with the image of the chosen one beside them.
#pragma once

#include "console/models/paged_model.hpp"
#include "console/screens/screen.hpp"
#include "console/widgets/list_panel.hpp"
#include "image_view.hpp"
#include "larder/apitypes/repositories.hpp"

class QToolButton;

namespace console::screens {

class RepositoryView : public Screen {
  Q_OBJECT

 public:
  explicit RepositoryView(const Context& context);
  // `reference`: the tag that is chosen as soon as it is read; may be empty.
  void open(const QString& repository, const QString& reference);
  void refresh() override;

 signals:
  // Back to the list.
  void left();
  // It is gone, or something of it is.
  void changed();

 private:
  void addVerbs();
  void readDetail();
  void take(const larder::apitypes::RepositoryDetail& detail);
  void askTags();
  void each(const widgets::ListPanel::Rows& rows, const QString& done,
            const std::function<client::Request()>& callOfTag);
  void removeTags(const widgets::ListPanel::Rows& rows);
  void removeAll();
  bool mayDelete() const;
  client::Request of(client::Request request) const;

  QString name_, wanted_;
  std::optional<larder::apitypes::RepositoryDetail> detail_;
  models::PagedModel<larder::apitypes::Tag>* tags_;
  QLabel *title_, *summary_;
  widgets::Notice* notice_;
  QToolButton *block_, *remove_;
  widgets::ListPanel* panel_;
  QLineEdit* search_;
  ImageView* image_;
};

}  // namespace console::screens
