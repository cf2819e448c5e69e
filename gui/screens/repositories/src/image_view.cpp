#include "image_view.hpp"

#include <QComboBox>
#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>

#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/widgets/basics.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::bytes;
using models::Cell;
using models::count;
using models::number;
using models::RowsModel;
using models::Tone;
using widgets::TableView;

constexpr int kMostRows = 12;

struct ImageWords {
  Q_DECLARE_TR_FUNCTIONS(ImageView)
};

QString joined(const std::vector<std::string>& parts, const QString& separator) {
  QStringList all;
  for (const auto& part : parts) all << text(part);
  return all.join(separator);
}

QString platformText(const std::optional<api::Platform>& platform) {
  if (!platform) return ImageWords::tr("unspecified");
  QStringList parts{text(platform->os), text(platform->architecture), text(platform->variant.value_or(""))};
  parts.removeAll(QString());
  const auto all = parts.join('/');
  return all == "unknown/unknown" ? ImageWords::tr("attestation") : all;
}

QString sizeText(const api::ManifestNode& node) {
  if (!node.totalBytes) return ImageWords::tr("not known until it is fetched");
  const double stored = models::known(node.storedBytes);
  const double total = number(*node.totalBytes);
  // What an index says of platforms that were not fetched is their manifests' size, not their layers'.
  const auto platforms = node.manifests.value_or(std::vector<api::ManifestNode>());
  const auto missing = std::ranges::count(platforms, false, &api::ManifestNode::stored);
  if (missing > 0) {
    return ImageWords::tr("%1 cached; %2 of %3 not fetched, size unknown")
        .arg(bytes(stored), count(static_cast<double>(missing)),
             models::plural(number(platforms.size()), ImageWords::tr("platform"), ImageWords::tr("platforms")));
  }
  if (stored == total) return ImageWords::tr("%1, all cached").arg(bytes(total));
  return ImageWords::tr("%1, %2 (%3) cached").arg(bytes(total), bytes(stored), models::percent(stored / total));
}

Cell storedCell(const api::ManifestNode& node) {
  if (!node.stored) {
    return {.text = ImageWords::tr("not cached"), .tip = ImageWords::tr("Fetched on first pull"), .tone = Tone::Muted};
  }
  const bool all = node.totalBytes && node.storedBytes == node.totalBytes;
  return all ? Cell{.text = ImageWords::tr("cached"), .tone = Tone::Good}
             : Cell{.text = ImageWords::tr("partly cached"), .tone = Tone::Warn};
}

RowsModel<api::ManifestNode>::Columns platformColumns() {
  using One = api::ManifestNode;
  return {
      {{"platform", ImageWords::tr("Platform"), false, 120},
       [](const One& one) { return Cell{.text = platformText(one.platform), .mono = true}; }},
      {{"digest", ImageWords::tr("Digest"), false, 120}, [](const One& one) { return models::digestCell(one.digest); }},
      {{"state", ImageWords::tr("State"), false, 110}, &storedCell},
      {{"layers", ImageWords::tr("Layers"), true, 70},
       [](const One& one) { return models::countCell(one.layers ? number(one.layers->size()) : models::kUnknown); }},
      {{"size", ImageWords::tr("Size"), true, 90},
       [](const One& one) {
         return one.stored ? models::sizeCell(models::known(one.totalBytes)) : Cell{.text = ImageWords::tr("unknown")};
       }},
  };
}

// Bars are measured by `largest`, which outlives the columns.
RowsModel<api::Blob>::Columns layerColumns(const std::uint64_t& largest) {
  using One = api::Blob;
  return {
      {{"digest", ImageWords::tr("Layer"), false, 110}, [](const One& one) { return models::digestCell(one.digest); }},
      {{"size", ImageWords::tr("Size"), false, 150},
       [&largest](const One& one) {
         auto cell = models::sizeCell(number(one.sizeBytes));
         cell.bar = number(one.sizeBytes) / number(largest);
         return cell;
       }},
      {{"state", ImageWords::tr("State"), false, 120},
       [](const One& one) {
         return one.stored ? Cell{.text = ImageWords::tr("cached"), .tone = Tone::Good}
                           : Cell{.text = ImageWords::tr("not cached"), .tone = Tone::Muted};
       }},
      {{"shared", ImageWords::tr("Shared"), false, 150},
       [](const One& one) {
         return one.shared ? Cell{.text = ImageWords::tr("with other repositories")}
                           : Cell{.text = ImageWords::tr("no"), .tone = Tone::Muted};
       }},
  };
}

QString wordOf(const api::Referrer& referrer) {
  static const QRegularExpression kSignature("cosign|notary|signature|\\.sig");
  static const QRegularExpression kSbom("spdx|cyclonedx|sbom");
  static const QRegularExpression kAttestation("in-toto|attest|\\.att");
  const auto type = text(referrer.artifactType + " " + referrer.tag.value_or("")).toLower();
  if (type.contains(kSignature)) return ImageWords::tr("signature");
  if (type.contains(kSbom)) return ImageWords::tr("SBOM");
  return type.contains(kAttestation) ? ImageWords::tr("attestation") : ImageWords::tr("artifact");
}

RowsModel<api::Referrer>::Columns referrerColumns() {
  using One = api::Referrer;
  return {
      {{"kind", ImageWords::tr("Kind"), false, 110}, [](const One& one) { return Cell{.text = wordOf(one)}; }},
      {{"digest", ImageWords::tr("Digest"), false, 120}, [](const One& one) { return models::digestCell(one.digest); }},
      {{"type", ImageWords::tr("Type"), false, 260},
       [](const One& one) { return models::monoCell(one.artifactType.empty() ? one.mediaType : one.artifactType); }},
      {{"size", ImageWords::tr("Size"), true, 90},
       [](const One& one) { return models::sizeCell(number(one.sizeBytes)); }},
  };
}

// Only the configuration of an image says what an image says; artifacts have others.
bool isImage(const api::ManifestNode& node) {
  return node.config && (node.config->mediaType == "application/vnd.oci.image.config.v1+json" ||
                         node.config->mediaType == "application/vnd.docker.container.image.v1+json");
}

QString keyOfStep(const std::pair<std::size_t, api::HistoryStep>& step) {
  return QString::number(step.first);
}

}  // namespace

ImageView::ImageView(client::ApiClient& api, QWidget* parent)
    : QScrollArea(parent),
      api_(api),
      platforms_(new RowsModel<api::ManifestNode>(
          platformColumns(), [](const api::ManifestNode& one) { return text(one.digest); }, this)),
      layers_(new RowsModel<api::Blob>(
          layerColumns(largestLayer_), [](const api::Blob& one) { return text(one.digest); }, this)),
      history_(new RowsModel<Step>({{{"size", ImageWords::tr("Size"), true, 90, false, false},
                                     [](const Step& one) {
                                       return one.second.empty
                                                  ? Cell{.text = ImageWords::tr("no layer"), .tone = Tone::Muted}
                                                  : models::sizeCell(models::known(one.second.sizeBytes));
                                     }},
                                    {{"by", ImageWords::tr("Created by"), false, 400, false, false},
                                     [](const Step& one) {
                                       const auto& by = one.second.createdBy;
                                       auto cell = models::monoCell(by.empty() ? one.second.comment.value_or("–") : by);
                                       cell.tip = cell.text;
                                       return cell;
                                     }}},
                                   &keyOfStep, this)),
      referrers_(new models::PagedModel<api::Referrer>(
          api_, referrerColumns(), [](const api::Referrer& one) { return text(one.digest); }, this)),
      title_(widgets::plainLabel({}, true)),
      notice_(new widgets::Notice(this)),
      content_(new QWidget),
      client_(new QComboBox),
      command_(new widgets::CodeBlock(tr("Pull"), {})),
      facts_(new widgets::Facts),
      platformPanel_(new widgets::Panel(tr("Platforms"))),
      layerPanel_(new widgets::Panel(tr("Layers"))),
      imagePanel_(new widgets::Panel(tr("Configuration"))),
      nodeNotice_(new widgets::Notice(this)),
      imageFacts_(new widgets::Facts),
      labels_(new widgets::Facts),
      environment_(new widgets::CodeBlock(tr("Environment"), {})) {
  setFrameShape(NoFrame);
  setWidgetResizable(true);
  auto* inside = new QWidget;
  auto* layout = new QVBoxLayout(inside);
  setWidget(inside);
  // A long name does not make the view broader than its place.
  title_->setMinimumWidth(1);
  layout->addWidget(title_);
  layout->addWidget(notice_);
  layout->addWidget(content_, 1);
  auto* stack = new QVBoxLayout(content_);
  stack->setContentsMargins(0, 0, 0, 0);
  client_->setAccessibleName(tr("Client"));
  stack->addLayout(widgets::row({widgets::heading(tr("Pull with")), client_, nullptr}));
  stack->addWidget(command_);
  stack->addWidget(facts_);
  const auto addTable = [&](widgets::Panel* panel, const QString& name, models::TableModel* model) {
    auto* table = new TableView(name, model, TableView::Sorting::Local);
    table->fitRows(kMostRows);
    panel->body()->addWidget(table);
    stack->addWidget(panel);
    return table;
  };
  platformTable_ = addTable(platformPanel_, "image.platforms", platforms_);
  stack->addWidget(nodeNotice_);
  addTable(layerPanel_, "image.layers", layers_);
  stack->addWidget(imagePanel_);
  auto* about = imagePanel_->body();
  about->setContentsMargins(11, 0, 11, 10);
  for (QWidget* part :
       {static_cast<QWidget*>(imageFacts_), static_cast<QWidget*>(environment_), static_cast<QWidget*>(labels_)}) {
    about->addWidget(part);
  }
  auto* steps = new TableView("image.history", history_, TableView::Sorting::Local);
  steps->fitRows(kMostRows);
  about->addWidget(steps);
  auto* referrers = addTable(new widgets::Panel(tr("Signatures and other artifacts")), "image.referrers", referrers_);
  referrers->setEmptyText(tr("None"), tr("No signature, SBOM or other artifact refers to it."));
  stack->addStretch(1);
  content_->hide();
  connect(client_, &QComboBox::currentIndexChanged, this, [this](int choice) {
    if (choice >= 0) command_->setText(text(commands_.at(static_cast<std::size_t>(choice)).command));
  });
  connect(platformTable_, &TableView::selectionChangedTo, this, [this](int row) {
    if (row >= 0) showNode(platforms_->at(row));
  });
}

void ImageView::show(const QString& repository, const QString& reference) {
  repository_ = repository;
  title_->setText(repository + (reference.contains(':') ? '@' : ':') + reference);
  if (reading_) reading_->cancel();
  auto request = client::get("/manifest");
  request.with("repository", repository).with("reference", reference);
  reading_ = api_.send<api::Manifest>(request, this, [this](client::Outcome<api::Manifest> outcome) {
    content_->setVisible(outcome.has_value());
    if (!outcome) return notice_->say(outcome.error().message(), Tone::Bad);
    take(outcome->value);
  });
}

void ImageView::clear() {
  if (reading_) reading_->cancel();
  title_->clear();
  notice_->clear();
  content_->hide();
}

void ImageView::take(const api::Manifest& manifest) {
  const auto& root = manifest.root;
  notice_->say(manifest.truncated ? tr("Too large to show in full: some entries are omitted.") : QString(), Tone::Info);
  const auto chosen = client_->currentText();
  const QSignalBlocker quiet(client_);
  client_->clear();
  commands_ = manifest.pull;
  for (const auto& one : commands_) client_->addItem(text(one.client));
  client_->setCurrentIndex(std::max(0, client_->findText(chosen)));
  if (!commands_.empty()) {
    command_->setText(text(commands_.at(static_cast<std::size_t>(client_->currentIndex())).command));
  }
  const auto last = manifest.lastPulledAt ? tr(", last %1").arg(models::relative(*manifest.lastPulledAt)) : QString();
  facts_->set(
      {{tr("Digest"), models::digestCell(root.digest)},
       {tr("Tags"), {.text = manifest.tags.empty() ? tr("none") : joined(manifest.tags, ", "), .mono = true}},
       {tr("Size"), {.text = sizeText(root)}},
       {tr("Pulls"), {.text = count(number(manifest.pulls)) + last}},
       {tr("Stored"), models::timeCell(manifest.pushedAt)},
       {tr("From"), {.text = manifest.cached ? tr("an upstream; can be fetched again") : tr("pushed here")}},
       {tr("Pinned"), {.text = manifest.pinned ? tr("yes: neither garbage-collected nor evicted") : tr("no")}}});
  auto platforms = root.manifests.value_or(std::vector<api::ManifestNode>());
  platformPanel_->setVisible(!platforms.empty());
  askReferrers(root.digest);
  if (platforms.empty()) return showNode(root);
  const auto stored = std::ranges::find_if(platforms, [](const api::ManifestNode& one) {
    return one.stored && (!one.platform || one.platform->os != "unknown");
  });
  const auto first = stored == platforms.end() ? platforms.front() : *stored;
  platforms_->setRows(std::move(platforms));
  platformTable_->selectKey(text(first.digest));
  showNode(first);
}

void ImageView::showNode(const api::ManifestNode& node) {
  nodeNotice_->say(
      node.stored ? QString() : tr("This platform is not cached. Its layers are listed after its first pull."),
      Tone::Info);
  auto layers = node.layers.value_or(std::vector<api::Blob>());
  // The same layer twice is one row.
  std::vector<api::Blob> once;
  for (auto& layer : layers) {
    if (std::ranges::find(once, layer.digest, &api::Blob::digest) == once.end()) once.push_back(std::move(layer));
  }
  layerPanel_->setVisible(node.stored && !once.empty());
  layerPanel_->setTitle(
      tr("%1, %2").arg(models::plural(number(once.size()), tr("layer"), tr("layers")), platformText(node.platform)));
  largestLayer_ = 1;
  for (const auto& layer : once) largestLayer_ = std::max(largestLayer_, layer.sizeBytes);
  layers_->setRows(std::move(once));
  imagePanel_->hide();
  if (readingImage_) readingImage_->cancel();
  if (node.stored && isImage(node)) askImage(node.digest);
}

void ImageView::askImage(const std::string& digest) {
  auto request = client::get("/image");
  request.with("repository", repository_).with("reference", text(digest));
  readingImage_ = api_.send<api::Image>(request, this, [this](client::Outcome<api::Image> outcome) {
    if (outcome) return showImage(outcome->value);
    nodeNotice_->say(
        outcome.error().status == 404 ? tr("The image's configuration is not cached yet.") : outcome.error().message(),
        Tone::Info);
  });
}

void ImageView::showImage(const api::Image& image) {
  imagePanel_->setVisible(true);
  const auto code = [](const QString& words) { return Cell{.text = words, .mono = true}; };
  imageFacts_->set(
      {{tr("Platform"), code(platformText(image.platform))},
       {tr("Created"), {.text = image.createdAt ? text(*image.createdAt) : tr("not stated")}},
       {tr("Entry point"), code(joined(image.entrypoint, " "))},
       {tr("Command"), code(joined(image.cmd, " "))},
       {tr("User"), code(text(image.user.value_or("")).isEmpty() ? QStringLiteral("root") : text(*image.user))},
       {tr("Working directory"), code(text(image.workingDir.value_or("/")))},
       {tr("Ports"), code(joined(image.exposedPorts, ", "))},
       {tr("Volumes"), code(joined(image.volumes, ", "))}});
  environment_->setText(joined(image.env, "\n"));
  environment_->setVisible(!image.env.empty());
  QList<widgets::Fact> labels;
  for (const auto& [name, value] : image.labels) labels << widgets::Fact{text(name), code(text(value))};
  labels_->set(labels);
  std::vector<Step> steps;
  steps.reserve(image.history.size());
  for (std::size_t i = 0; i < image.history.size(); ++i) steps.emplace_back(i, image.history[i]);
  history_->setRows(std::move(steps));
}

void ImageView::askReferrers(const std::string& digest) {
  auto request = client::get("/referrers");
  referrers_->ask(request.with("repository", repository_).with("digest", text(digest)));
}

}  // namespace console::screens
