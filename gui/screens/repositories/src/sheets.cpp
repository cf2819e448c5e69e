#include "sheets.hpp"

#include <QCheckBox>
#include <QLineEdit>
#include <QRegularExpression>

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using client::utf8;
using widgets::Sheet;

struct SheetWords {
  Q_DECLARE_TR_FUNCTIONS(RepositorySheets)
};

std::optional<std::string> typedIn(const QLineEdit* edit) {
  const auto typed = edit->text().trimmed();
  return typed.isEmpty() ? std::nullopt : std::optional(utf8(typed));
}

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

void openBlock(const QString& repository, QWidget* parent, SendSheet send) {
  auto* sheet = new Sheet(
      repository.isEmpty() ? SheetWords::tr("Block repositories") : SheetWords::tr("Block %1").arg(repository),
      SheetWords::tr("Block"), parent);
  auto* name = sheet->addText("repository", SheetWords::tr("Repositories"), repository,
                              SheetWords::tr("A name, or a glob: team/** covers all levels below team."));
  auto* tags = sheet->addText("tags", SheetWords::tr("Tags"), {},
                              SheetWords::tr("A regular expression. Leave empty for all tags."));
  tags->setPlaceholderText("-debug$");
  auto* pull = sheet->addCheck("pull", SheetWords::tr("Block pulls: clients get 403, even for cached images"), true);
  auto* mirror =
      sheet->addCheck("mirror", SheetWords::tr("Block mirroring: nothing new is fetched from upstreams"), true);
  auto* reason = sheet->addText("reason", SheetWords::tr("Reason"), {},
                                SheetWords::tr("Shown with the block, along with your name and the time."));
  sheet->addWidget(
      widgets::mutedLabel(SheetWords::tr("Takes effect immediately, for everyone. Stored images are kept.")));
  sheet->onSubmit([sheet, name, tags, pull, mirror, reason, send = std::move(send)] {
    api::NewBlock body;
    body.repository = utf8(name->text().trimmed());
    body.tags = typedIn(tags);
    body.pull = pull->isChecked();
    body.mirror = mirror->isChecked();
    body.reason = typedIn(reason);
    send(sheet, client::post("/blocks", body));
  });
  sheet->open();
}

QString whatOf(const api::Block& block) {
  const auto how = block.pull && block.mirror ? SheetWords::tr("cannot be pulled or mirrored")
                   : block.pull               ? SheetWords::tr("cannot be pulled")
                                              : SheetWords::tr("cannot be mirrored");
  return block.tags ? SheetWords::tr("Tags matching %1 %2").arg(text(*block.tags), how)
                    : SheetWords::tr("It %1").arg(how);
}

}  // namespace console::screens
