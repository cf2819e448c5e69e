#include "console/screens/block_sheet.hpp"

#include <QCheckBox>
#include <QCoreApplication>
#include <QLineEdit>

#include "larder/apitypes/repositories.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using client::utf8;
using widgets::Sheet;

struct BlockWords {
  Q_DECLARE_TR_FUNCTIONS(RepositorySheets)
};

}  // namespace

std::optional<std::string> typedIn(const QLineEdit* edit) {
  const auto typed = edit->text().trimmed();
  return typed.isEmpty() ? std::nullopt : std::optional(utf8(typed));
}

Sheet* openBlock(const QString& repository, QWidget* parent, SendSheet send) {
  auto* sheet = new Sheet(
      repository.isEmpty() ? BlockWords::tr("Block repositories") : BlockWords::tr("Block %1").arg(repository),
      BlockWords::tr("Block"), parent);
  auto* name = sheet->addText("repository", BlockWords::tr("Repositories"), repository,
                              BlockWords::tr("A name, or a glob: team/** covers all levels below team."));
  auto* tags = sheet->addText("tags", BlockWords::tr("Tags"), {},
                              BlockWords::tr("A regular expression. Leave empty for all tags."));
  tags->setPlaceholderText("-debug$");
  auto* pull = sheet->addCheck("pull", BlockWords::tr("Block pulls: clients get 403, even for cached images"), true);
  auto* mirror =
      sheet->addCheck("mirror", BlockWords::tr("Block mirroring: nothing new is fetched from upstreams"), true);
  auto* reason = sheet->addText("reason", BlockWords::tr("Reason"), {},
                                BlockWords::tr("Shown with the block, along with your name and the time."));
  sheet->addWidget(
      widgets::mutedLabel(BlockWords::tr("Takes effect immediately, for everyone. Stored images are kept.")));
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
  return sheet;
}

QString whatOf(const api::Block& block) {
  const auto how = block.pull && block.mirror ? BlockWords::tr("cannot be pulled or mirrored")
                   : block.pull               ? BlockWords::tr("cannot be pulled")
                                              : BlockWords::tr("cannot be mirrored");
  return block.tags ? BlockWords::tr("Tags matching %1 %2").arg(text(*block.tags), how)
                    : BlockWords::tr("It %1").arg(how);
}

}  // namespace console::screens
