#include "repository_view.hpp"

#include <QCoreApplication>
#include <QLineEdit>
#include <QSplitter>
#include <QToolButton>
#include <algorithm>

#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/widgets/theme.hpp"
#include "sheets.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::count;
using models::number;
using models::PagedModel;
using models::plural;
using models::Tone;
using widgets::ListPanel;
using widgets::TableView;

constexpr std::size_t kNamedTags = 12;
constexpr int kHalf = 1000;  // of the splitter, which shares by proportion
constexpr int kLeastLetters = 70;

struct RepositoryWords {
  Q_DECLARE_TR_FUNCTIONS(RepositoryView)
};

QString kindOf(const std::string& mediaType) {
  const auto type = text(mediaType);
  if (type.contains("index") || type.contains("manifest.list")) return RepositoryWords::tr("multi-platform");
  return type.contains("manifest") ? RepositoryWords::tr("image") : RepositoryWords::tr("artifact");
}

PagedModel<api::Tag>::Columns tagColumns() {
  using One = api::Tag;
  return {
      {{"version", RepositoryWords::tr("Tag"), false, 170}, [](const One& one) { return models::monoCell(one.name); }},
      {{"pinned", RepositoryWords::tr("Pinned"), false, 90, false, false},
       [](const One& one) {
         return one.pinned ? Cell{.text = RepositoryWords::tr("pinned"),
                                  .tip = RepositoryWords::tr("Exempt from garbage collection and eviction"),
                                  .tone = Tone::Info}
                           : Cell{};
       }},
      {{"size", RepositoryWords::tr("Size"), true, 90},
       [](const One& one) { return models::sizeCell(number(one.sizeBytes)); }},
      {{"own", RepositoryWords::tr("Freed if removed"), true, 110},
       [](const One& one) {
         auto cell = models::sizeCell(number(one.ownBytes));
         cell.tip = RepositoryWords::tr("%1 is shared with other tags").arg(models::bytes(number(one.sharedBytes)));
         return cell;
       }},
      {{"pulls", RepositoryWords::tr("Pulls"), true, 70},
       [](const One& one) { return models::countCell(number(one.pulls)); }},
      {{"lastPull", RepositoryWords::tr("Last pull"), false, 100},
       [](const One& one) { return models::timeCell(one.lastPulledAt, RepositoryWords::tr("never")); }},
      {{"pushed", RepositoryWords::tr("Stored"), false, 100, true},
       [](const One& one) { return models::timeCell(one.pushedAt); }},
      {{"checked", RepositoryWords::tr("Last checked"), false, 100, true, false},
       [](const One& one) {
         return one.cached ? models::timeCell(one.checkedAt, RepositoryWords::tr("never"))
                           : Cell{.text = QStringLiteral("–")};
       }},
      {{"from", RepositoryWords::tr("From"), false, 100, false, false},
       [](const One& one) {
         return Cell{.text = one.cached ? RepositoryWords::tr("upstream") : RepositoryWords::tr("pushed here"),
                     .tone = Tone::Muted};
       }},
      {{"kind", RepositoryWords::tr("Kind"), false, 110, true, false},
       [](const One& one) { return Cell{.text = kindOf(one.mediaType), .tone = Tone::Muted}; }},
      {{"digest", RepositoryWords::tr("Digest"), false, 120, true, false},
       [](const One& one) { return models::digestCell(one.digest); }},
  };
}

QString blockText(const api::Block& block) {
  auto said = RepositoryWords::tr("Blocked by %1. %2").arg(text(block.by.value_or("unknown")), whatOf(block));
  if (block.reason) said += RepositoryWords::tr(": %1").arg(text(*block.reason));
  return said + RepositoryWords::tr(" (covers %1)").arg(text(block.repository));
}

}  // namespace

RepositoryView::RepositoryView(const Context& context)
    : Screen(context),
      tags_(new PagedModel<api::Tag>(
          api(), tagColumns(), [](const api::Tag& one) { return text(one.name); }, this, models::PageSort::Either)),
      title_(widgets::plainLabel({}, true)),
      summary_(widgets::plainLabel()),
      notice_(new widgets::Notice(this)),
      block_(new QToolButton),
      remove_(new QToolButton),
      panel_(new ListPanel("repositories.tags", tr("Tags"), tags_, TableView::Sorting::Remote)),
      search_(panel_->addSearch(tr("Search tags"), [this] { askTags(); })),
      image_(new ImageView(api())) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* back = new QToolButton;
  back->setText(tr("Repositories"));
  back->setArrowType(Qt::LeftArrow);
  back->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  back->setShortcut(QKeySequence::Back);
  title_->setFont(widgets::scaled(title_->font(), 1.15, true));
  title_->setWordWrap(false);
  block_->setText(tr("Block…"));
  layout->addLayout(widgets::row({back, title_, nullptr, block_, remove_}));
  layout->addWidget(summary_);
  layout->addWidget(notice_);
  auto* splitter = new QSplitter;
  splitter->setChildrenCollapsible(false);
  splitter->addWidget(panel_);
  splitter->addWidget(image_);
  splitter->setSizes({kHalf, kHalf});
  panel_->setMinimumWidth(fontMetrics().averageCharWidth() * kLeastLetters);
  image_->setMinimumWidth(fontMetrics().averageCharWidth() * kLeastLetters);
  layout->addWidget(splitter, 1);
  panel_->setCountedTitle([](double tags) { return plural(tags, tr("tag"), tr("tags")); });
  panel_->table()->setEmptyText(tr("No tags stored"),
                                tr("Manifests that were pulled by digest have no tag; they stay until garbage "
                                   "collection removes them."));
  addVerbs();
  setFocusProxy(panel_->table());
  connect(back, &QToolButton::clicked, this, &RepositoryView::left);
  connect(block_, &QToolButton::clicked, this, [this] {
    keepTyped(openBlock(name_, this, [this](widgets::Sheet* sheet, const client::Request& request) {
      submit<api::BlockSaved>(sheet, request, [this](const api::BlockSaved& saved) {
        saySaved(tr("%1 blocked").arg(name_), saved, [this] { refresh(); });
        refresh();
      });
    }));
  });
  connect(remove_, &QToolButton::clicked, this, &RepositoryView::removeAll);
  connect(panel_->table(), &TableView::selectionChangedTo, this, [this](int row) {
    if (row >= 0) image_->show(name_, text(tags_->at(row).name));
  });
  connect(tags_, &models::TableModel::stateChanged, this, [this] {
    if (tags_->rowOf(wanted_) < 0) return;
    panel_->table()->selectKey(wanted_);
    wanted_.clear();
  });
}

void RepositoryView::addVerbs() {
  using Rows = ListPanel::Rows;
  const auto may = [this](const Rows& rows) { return connection().mayChange() && !rows.isEmpty(); };
  const auto cached = [this, may](const Rows& rows) {
    return may(rows) && std::ranges::all_of(rows, [this](int row) { return tags_->at(row).cached; });
  };
  panel_->addVerb(tr("Recheck"), cached,
                  [this](const Rows& rows) { each(rows, tr("rechecked"), [] { return client::post("/recheck"); }); });
  panel_->addVerb(tr("Pin"), may,
                  [this](const Rows& rows) { each(rows, tr("pinned"), [] { return client::put("/pins"); }); });
  panel_->addVerb(tr("Unpin"), may,
                  [this](const Rows& rows) { each(rows, tr("unpinned"), [] { return client::remove("/pins"); }); });
  panel_
      ->addVerb(
          tr("Remove…"), [this](const Rows& rows) { return mayDelete() && !rows.isEmpty(); },
          [this](const Rows& rows) { removeTags(rows); })
      ->setShortcut(QKeySequence::Delete);
}

void RepositoryView::open(const QString& repository, const QString& reference) {
  if (name_ != repository) {
    name_ = repository;
    detail_.reset();
    summary_->clear();
    notice_->clear();
    tags_->clear();
    block_->hide();
    remove_->hide();
    title_->setText(repository);
    search_->clear();
    image_->clear();
    askTags();
  } else {
    tags_->refresh();
  }
  readDetail();
  wanted_ = reference;
  if (!reference.isEmpty()) image_->show(repository, reference);
}

client::Request RepositoryView::of(client::Request request) const {
  return request.with("repository", name_);
}

bool RepositoryView::mayDelete() const {
  return detail_ && !connection().isReadOnly() &&
         std::ranges::find(detail_->may, api::Action::Delete) != detail_->may.end();
}

void RepositoryView::askTags() {
  tags_->ask(of(client::get("/tags")).with("q", search_->text().trimmed()));
}

void RepositoryView::refresh() {
  if (name_.isEmpty()) return;
  tags_->refresh();
  readDetail();
}

void RepositoryView::readDetail() {
  api().send<api::RepositoryDetail>(of(client::get("/repository")), this,
                                    [this](client::Outcome<api::RepositoryDetail> outcome) {
                                      if (!outcome) return notice_->say(outcome.error().message(), Tone::Bad);
                                      if (text(outcome->value.name) == name_) take(outcome->value);
                                    });
}

void RepositoryView::take(const api::RepositoryDetail& detail) {
  detail_ = detail;
  const auto from =
      detail.origin ? tr("from %1/%2").arg(text(detail.origin->host), text(detail.origin->name)) : tr("pushed here");
  const auto last = detail.lastPulledAt ? tr(", last %1").arg(models::relative(*detail.lastPulledAt)) : QString();
  summary_->setText(QStringList{
      from, plural(number(detail.tags), tr("tag"), tr("tags")),
      tr("%1, %2 only here").arg(models::bytes(number(detail.sizeBytes)), models::bytes(number(detail.ownBytes))),
      plural(number(detail.pulls), tr("pull"), tr("pulls")) + last}
                        .join(" · "));
  summary_->setToolTip(tr("The first figure counts layers shared with other repositories too"));
  QStringList blocks;
  for (const auto& one : detail.blocks) blocks << blockText(one);
  notice_->say(blocks.join('\n'), Tone::Warn);
  if (detail.blocks.size() == 1 && connection().mayConfigure()) {
    notice_->offer(tr("Unblock"), [this, id = text(detail.blocks.front().id)] {
      save(client::remove("/blocks/" + client::segment(id)), tr("%1 unblocked").arg(name_), [this] { refresh(); });
    });
  }
  block_->setVisible(connection().mayConfigure());
  remove_->setText(detail.origin ? tr("Purge…") : tr("Remove…"));
  remove_->setVisible(mayDelete());
  emit tags_->stateChanged();
}

void RepositoryView::each(const ListPanel::Rows& rows, const QString& done,
                          const std::function<client::Request()>& callOfTag) {
  std::vector<client::Request> requests;
  for (int row : rows) requests.push_back(of(callOfTag()).with("reference", text(tags_->at(row).name)));
  changeEach(
      std::move(requests), [done](double tags) { return tr("%1 %2").arg(plural(tags, tr("tag"), tr("tags")), done); },
      [this] {
        refresh();
        emit changed();
      });
}

void RepositoryView::removeTags(const ListPanel::Rows& rows) {
  QStringList names;
  double pushed = 0;
  std::uint64_t freed = 0;
  for (int row : rows) {
    const auto& tag = tags_->at(row);
    names << text(tag.name);
    pushed += tag.cached ? 0 : 1;
    freed += tag.ownBytes;
  }
  const auto all = static_cast<std::size_t>(names.size());
  auto said = names.mid(0, kNamedTags).join(", ");
  if (all > kNamedTags) said += tr(" and %1 more").arg(count(number(all - kNamedTags)));
  said += tr(". At least %1 is freed by garbage collection. ").arg(models::bytes(number(freed)));
  said += pushed > 0
              ? tr("%1 pushed here and cannot be fetched again.").arg(plural(pushed, tr("tag was"), tr("tags were")))
              : tr("They come from an upstream and are fetched again on the next pull.");
  shell().confirm(tr("Remove %1 of %2?").arg(plural(number(all), tr("tag"), tr("tags")), name_), said,
                  tr("Remove %1").arg(count(number(all))),
                  [this, rows] { each(rows, tr("removed"), [] { return client::remove("/manifest"); }); });
}

void RepositoryView::removeAll() {
  const auto& detail = *detail_;
  const auto again = detail.origin ? tr("The next pull fetches it again from %1.").arg(text(detail.origin->host))
                                   : tr("It was pushed here and cannot be fetched again.");
  shell().confirm(tr("Remove %1?").arg(name_),
                  tr("Removes %1 and %2. Garbage collection then frees %3 that no other repository uses. %4")
                      .arg(plural(number(detail.tags), tr("tag"), tr("tags")),
                           plural(number(detail.manifests), tr("manifest"), tr("manifests")),
                           models::bytes(number(detail.ownBytes)), again),
                  tr("Remove the repository"), [this] {
                    change(of(client::remove("/repository")), tr("%1 removed").arg(name_), [this] {
                      emit changed();
                      emit left();
                    });
                  });
}

}  // namespace console::screens
