#include "tree.hpp"

#include <QAction>
#include <QCoreApplication>
#include <QLineEdit>
#include <algorithm>

#include "console/models/format.hpp"
#include "console/models/words.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::number;
using models::PagedModel;
using widgets::ListPanel;
using widgets::TableView;

struct TreeWords {
  Q_DECLARE_TR_FUNCTIONS(StorageTree)
};

QString nameOf(const api::StorageNode& node) {
  return node.name.empty() ? TreeWords::tr("pushed here") : text(node.name);
}

// Bars are measured by `largest`, which outlives the columns.
PagedModel<api::StorageNode, api::StorageTree>::Columns treeColumns(const std::uint64_t& largest) {
  using One = api::StorageNode;
  return {
      {{"name", TreeWords::tr("Name"), false, 360},
       [](const One& one) { return Cell{.text = nameOf(one), .mono = true}; }},
      {{"size", TreeWords::tr("Size"), false, 200},
       [&largest](const One& one) {
         auto cell = models::sizeCell(number(one.sizeBytes));
         cell.bar = number(one.sizeBytes) / number(largest);
         return cell;
       }},
      {{"own", TreeWords::tr("Freed if removed"), true, 130},
       [](const One& one) {
         auto cell = models::sizeCell(number(one.ownBytes));
         cell.tip = TreeWords::tr("%1 not shared, %2 shared with others")
                        .arg(models::bytes(number(one.ownBytes)),
                             models::bytes(number(one.sizeBytes - std::min(one.ownBytes, one.sizeBytes))));
         return cell;
       }},
      {{"children", TreeWords::tr("Holds"), true, 90, false, false},
       [](const One& one) { return models::countCell(number(one.children)); }},
  };
}

}  // namespace

StorageTree::StorageTree(const Context& context)
    : Screen(context),
      nodes_(new PagedModel<api::StorageNode, api::StorageTree>(
          api(), treeColumns(largest_), [](const api::StorageNode& one) { return text(one.path); }, this,
          models::PageSort::Either)),
      panel_(new ListPanel("storage.tree", tr("Disk usage"), nodes_, TableView::Sorting::Remote)),
      search_(panel_->addSearch(tr("Search disk usage"), [this] { ask(); })) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(panel_);
  panel_->table()->setEmptyText(tr("Nothing stored yet"), tr("Images appear here with their first pull."));
  using Rows = ListPanel::Rows;
  panel_->addVerb(
      tr("Open"), [](const Rows& rows) { return rows.size() == 1; }, [this](const Rows& rows) { open(rows.front()); });
  panel_
      ->addVerb(
          tr("Up"), [this](const Rows&) { return !way_.isEmpty(); },
          [this](const Rows&) {
            way_.removeLast();
            search_->clear();
            ask();
          })
      ->setShortcut(QKeySequence(Qt::Key_Backspace));
  connect(panel_->table(), &TableView::opened, this, &StorageTree::open);
  connect(nodes_, &models::TableModel::stateChanged, this, [this] {
    largest_ = 1;
    for (const auto& one : nodes_->rows()) largest_ = std::max(largest_, one.sizeBytes);
    panel_->setTitle(titleOf());
  });
  panel_->table()->sortBy("own", Qt::DescendingOrder);
  ask();
}

void StorageTree::ask() {
  nodes_->ask(client::get("/storage/tree")
                  .with("path", way_.isEmpty() ? QString() : way_.back())
                  .with("q", search_->text().trimmed()));
}

api::UseLevel StorageTree::level() const {
  return nodes_->answer() ? nodes_->answer()->level : api::UseLevel::Registry;
}

QString StorageTree::titleOf() const {
  QStringList parts{tr("Disk usage")};
  for (const auto& path : way_) parts << (path == "-" ? tr("pushed here") : path);
  return parts.join(QStringLiteral(" / "));
}

void StorageTree::open(int row) {
  const auto& node = nodes_->at(row);
  if (level() == api::UseLevel::Tag) {
    QUrlQuery query;
    query.addQueryItem("name", QString::fromLatin1(QUrl::toPercentEncoding(way_.back())));
    query.addQueryItem("ref", QString::fromLatin1(QUrl::toPercentEncoding(text(node.name))));
    return shell().open("repositories", query);
  }
  way_ << text(node.path);
  search_->clear();
  ask();
}

}  // namespace console::screens
