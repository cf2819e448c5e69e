#include "blocks.hpp"

#include <QAction>
#include <QCoreApplication>

#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/screens/block_sheet.hpp"
#include "larder/apitypes/repositories.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::Tone;
using widgets::ListPanel;
using widgets::TableView;
using BlockModel = models::RowsModel<api::Block>;

struct BlockListWords {
  Q_DECLARE_TR_FUNCTIONS(Blocks)
};

// As written in the configuration: it may be no time.
Cell whenCell(const api::Block& block) {
  const auto written = text(block.at.value_or(""));
  const auto at = QDateTime::fromString(written, Qt::ISODate);
  if (!at.isValid()) return {.text = written};
  return {.text = models::relative(at), .order = at, .tip = models::absolute(at)};
}

BlockModel::Columns columns() {
  using One = api::Block;
  return {
      {{"repository", BlockListWords::tr("Repositories"), false, 240},
       [](const One& one) { return models::monoCell(one.repository); }},
      {{"what", BlockListWords::tr("What"), false, 260},
       [](const One& one) { return Cell{.text = whatOf(one), .tip = whatOf(one)}; }},
      {{"by", BlockListWords::tr("By"), false, 120},
       [](const One& one) {
         return one.by ? Cell{.text = text(*one.by)} : Cell{.text = BlockListWords::tr("unknown"), .tone = Tone::Muted};
       }},
      {{"at", BlockListWords::tr("When"), false, 120}, &whenCell},
      {{"reason", BlockListWords::tr("Reason"), false, 300},
       [](const One& one) {
         const auto reason = text(one.reason.value_or(""));
         return Cell{.text = reason, .tip = reason};
       }},
  };
}

}  // namespace

Blocks::Blocks(const Context& context)
    : Screen(context), blocks_(new BlockModel(columns(), [](const api::Block& one) { return text(one.id); }, this)) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(widgets::mutedLabel(tr("Denied to everyone, including admins, regardless of access policies.")));
  auto* panel = new ListPanel("access.blocks", tr("Blocks"), blocks_, TableView::Sorting::Local);
  layout->addWidget(panel, 1);
  panel->setCountedTitle([](double blocks) { return models::plural(blocks, tr("block"), tr("blocks")); });
  panel->table()->setEmptyText(
      tr("Nothing is blocked"),
      tr("Block a repository, or some of its tags, to keep it from being pulled or mirrored."));
  using Rows = ListPanel::Rows;
  panel->addVerb(
      tr("Block…"), [this](const Rows&) { return connection().mayConfigure(); }, [this](const Rows&) { add(); });
  panel
      ->addVerb(
          tr("Unblock…"), [this](const Rows& rows) { return connection().mayConfigure() && !rows.isEmpty(); },
          [this](const Rows& rows) { lift(rows); })
      ->setShortcut(QKeySequence::Delete);
  refresh();
}

void Blocks::refresh() {
  api().send<api::Page<api::Block>>(client::get("/blocks"), this,
                                    [this](client::Outcome<api::Page<api::Block>> outcome) {
                                      if (!outcome) return blocks_->setTrouble(outcome.error().message());
                                      blocks_->setRows(std::move(outcome->value.items));
                                    });
}

void Blocks::add() {
  keepTyped(openBlock({}, this, [this](widgets::Sheet* sheet, const client::Request& request) {
    submit<api::BlockSaved>(sheet, request, [this](const api::BlockSaved& saved) {
      saySaved(tr("Blocked"), saved, [this] { refresh(); });
      refresh();
    });
  }));
}

void Blocks::lift(const ListPanel::Rows& rows) {
  QStringList names;
  std::vector<client::Request> requests;
  for (const int row : rows) {
    const auto& one = blocks_->at(row);
    names << text(one.repository) + ": " + whatOf(one);
    requests.push_back(client::remove("/blocks/" + client::segment(text(one.id))));
  }
  const auto count = static_cast<double>(names.size());
  shell().confirm(
      tr("Lift %1?").arg(models::plural(count, tr("block"), tr("blocks"))), names.join('\n'), tr("Unblock"),
      [this, requests] {
        changeEach(
            requests, [](double done) { return tr("%1 lifted").arg(models::plural(done, tr("block"), tr("blocks"))); },
            [this] { refresh(); });
      });
}

}  // namespace console::screens
