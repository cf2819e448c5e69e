// One manifest: how to pull it, its platforms and layers, what the image says of itself, what refers to it. All of it
// is text of strangers, and shown as text alone.
#pragma once

#include <QPointer>
#include <QScrollArea>

#include "console/models/paged_model.hpp"
#include "console/widgets/facts.hpp"
#include "console/widgets/table_view.hpp"
#include "larder/apitypes/repositories.hpp"

class QComboBox;

namespace console::screens {

class ImageView : public QScrollArea {
  Q_OBJECT

 public:
  explicit ImageView(client::ApiClient& api, QWidget* parent = nullptr);
  // Of a tag, or of a digest.
  void show(const QString& repository, const QString& reference);
  void clear();

 private:
  // A step of the history with its place.
  using Step = std::pair<std::size_t, larder::apitypes::HistoryStep>;

  void take(const larder::apitypes::Manifest& manifest);
  void showNode(const larder::apitypes::ManifestNode& node);
  void showImage(const larder::apitypes::Image& image);
  void askImage(const std::string& digest);
  void askReferrers(const std::string& digest);

  client::ApiClient& api_;
  QString repository_;
  QPointer<client::Call> reading_, readingImage_;
  std::uint64_t largestLayer_ = 1;
  std::vector<larder::apitypes::PullCommand> commands_;
  models::RowsModel<larder::apitypes::ManifestNode>* platforms_;
  models::RowsModel<larder::apitypes::Blob>* layers_;
  models::RowsModel<Step>* history_;
  models::PagedModel<larder::apitypes::Referrer>* referrers_;
  QLabel* title_;
  widgets::Notice* notice_;
  QWidget* content_;
  QComboBox* client_;
  widgets::CodeBlock* command_;
  widgets::Facts* facts_;
  widgets::Panel *platformPanel_, *layerPanel_, *imagePanel_;
  widgets::Notice* nodeNotice_;
  widgets::TableView* platformTable_;
  widgets::Facts *imageFacts_, *labels_;
  widgets::CodeBlock* environment_;
};

}  // namespace console::screens
