#include "sheets.hpp"

#include <QCoreApplication>
#include <QLineEdit>
#include <QRegularExpression>

#include "larder/apitypes/repositories.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::utf8;
using widgets::Sheet;

struct SheetWords {
  Q_DECLARE_TR_FUNCTIONS(RepositorySheets)
};

}  // namespace

void openPrefetch(QWidget* parent, SendSheet send) {
  auto* sheet = new Sheet(SheetWords::tr("Prefetch an image"), SheetWords::tr("Prefetch"), parent);
  auto* image = sheet->addText("image", SheetWords::tr("Image"), {},
                               SheetWords::tr("Fetches the image now, so the first pull is served from cache."));
  image->setPlaceholderText("library/nginx:1.27");
  auto* registry = sheet->addText(
      "ns", SheetWords::tr("Registry"), {},
      SheetWords::tr(
          "The registry in the image reference, such as docker.io. Leave empty to let the mirror rules decide."));
  registry->setPlaceholderText("docker.io");
  auto* platforms = sheet->addText("platforms", SheetWords::tr("Platforms"), "linux/amd64",
                                   SheetWords::tr("Separated by commas. Leave empty for all."));
  sheet->onSubmit([sheet, image, registry, platforms, send = std::move(send)] {
    static const QRegularExpression kBetween("[\\s,]+");
    api::Prefetch body;
    body.image = utf8(image->text().trimmed());
    body.ns = typedIn(registry);
    body.platforms.emplace();
    for (const auto& one : platforms->text().split(kBetween, Qt::SkipEmptyParts)) body.platforms->push_back(utf8(one));
    send(sheet, client::post("/prefetch", body));
  });
  sheet->open();
}

}  // namespace console::screens
