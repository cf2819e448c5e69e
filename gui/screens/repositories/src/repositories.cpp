#include "console/screens/repositories.hpp"

#include <QCoreApplication>
#include <QLineEdit>
#include <QStackedWidget>

#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "repository_view.hpp"
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

constexpr int kNamedRepositories = 8;

struct ListWords {
  Q_DECLARE_TR_FUNCTIONS(Repositories)
};

PagedModel<api::Repository>::Columns repositoryColumns() {
  using One = api::Repository;
  return {
      {{"name", ListWords::tr("Repository"), false, 380}, [](const One& one) { return models::monoCell(one.name); }},
      {{"origin", ListWords::tr("From"), false, 150, false, false},
       [](const One& one) {
         return Cell{.text = one.origin ? text(one.origin->host) : ListWords::tr("pushed here"), .tone = Tone::Muted};
       }},
      {{"tags", ListWords::tr("Tags"), true, 80, false, false},
       [](const One& one) { return models::countCell(number(one.tags)); }},
      {{"size", ListWords::tr("Size"), true, 100},
       [](const One& one) { return models::sizeCell(number(one.sizeBytes)); }},
      {{"pulls", ListWords::tr("Pulls"), true, 90},
       [](const One& one) { return models::countCell(number(one.pulls)); }},
      {{"lastPull", ListWords::tr("Last pull"), false, 120},
       [](const One& one) { return models::timeCell(one.lastPulledAt, ListWords::tr("never")); }},
  };
}

class Repositories : public Screen {
 public:
  explicit Repositories(const Context& context);

  void show(const QUrlQuery& query) override;
  void refresh() override {
    list_->refresh();
    if (pages_->currentWidget() == view_) view_->refresh();
  }

 private:
  void ask() { list_->ask(client::get("/repositories").with("q", search_->text().trimmed())); }
  void openRepository(const QString& name, const QString& reference);
  void prefetch();
  void block();
  void removeChosen(const ListPanel::Rows& rows);

  PagedModel<api::Repository>* list_;
  ListPanel* panel_;
  QLineEdit* search_;
  RepositoryView* view_;
  QStackedWidget* pages_;
};

Repositories::Repositories(const Context& context)
    : Screen(context),
      list_(new PagedModel<api::Repository>(
          api(), repositoryColumns(), [](const api::Repository& one) { return text(one.name); }, this,
          models::PageSort::Either)),
      panel_(new ListPanel("repositories", tr("Repositories"), list_, TableView::Sorting::Remote)),
      search_(panel_->addSearch(tr("Search repositories"), [this] { ask(); })),
      view_(new RepositoryView(context)),
      pages_(new QStackedWidget) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(pages_);
  pages_->addWidget(panel_);
  pages_->addWidget(view_);
  panel_->setCountedTitle([](double all) { return plural(all, tr("repository"), tr("repositories")); });
  panel_->table()->setEmptyText(
      tr("Nothing stored yet"),
      tr("Images appear here with their first pull through this cache, or when they are pushed."));
  using Rows = ListPanel::Rows;
  panel_->addVerb(
      tr("Open"), [](const Rows& rows) { return rows.size() == 1; },
      [this](const Rows& rows) { openRepository(list_->keyAt(rows.front()), {}); });
  const auto may = [this](const Rows&) { return connection().mayChange(); };
  panel_->addVerb(tr("Prefetch an image…"), may, [this](const Rows&) { prefetch(); });
  panel_->addVerb(
      tr("Block…"), [this](const Rows&) { return connection().mayConfigure(); }, [this](const Rows&) { block(); });
  panel_
      ->addVerb(
          tr("Remove…"), [may](const Rows& rows) { return may(rows) && !rows.isEmpty(); },
          [this](const Rows& rows) { removeChosen(rows); })
      ->setShortcut(QKeySequence::Delete);
  connect(panel_->table(), &TableView::opened, this, [this](int row) { openRepository(list_->keyAt(row), {}); });
  connect(view_, &RepositoryView::left, this, [this] {
    pages_->setCurrentWidget(panel_);
    panel_->table()->setFocus();
  });
  connect(view_, &RepositoryView::changed, list_, [this] { list_->refresh(); });
  ask();
}

void Repositories::show(const QUrlQuery& query) {
  search_->setText(query.queryItemValue("q"));
  const auto name = query.queryItemValue("name", QUrl::FullyDecoded);
  if (name.isEmpty()) return pages_->setCurrentWidget(panel_);
  openRepository(name, query.queryItemValue("ref", QUrl::FullyDecoded));
}

void Repositories::openRepository(const QString& name, const QString& reference) {
  view_->open(name, reference);
  pages_->setCurrentWidget(view_);
  view_->setFocus();
}

void Repositories::prefetch() {
  openPrefetch(this, [this](widgets::Sheet* sheet, const client::Request& request) {
    submit<client::Nothing>(sheet, request, [this](const client::Nothing&) {
      shell().say(tr("Prefetch started. Follow it under Storage."), Tone::Good);
    });
  });
}

void Repositories::block() {
  const auto rows = panel_->table()->selectedRows();
  const auto name = rows.size() == 1 ? list_->keyAt(rows.front()) : QString();
  keepTyped(openBlock(name, this, [this](widgets::Sheet* sheet, const client::Request& request) {
    submit<api::BlockSaved>(sheet, request,
                            [this](const api::BlockSaved& saved) { saySaved(tr("Blocked"), saved, [] {}); });
  }));
}

void Repositories::removeChosen(const ListPanel::Rows& rows) {
  QStringList names;
  double size = 0;
  double pushed = 0;
  std::vector<client::Request> requests;
  for (int row : rows) {
    const auto& one = list_->at(row);
    names << text(one.name);
    size += static_cast<double>(one.sizeBytes);
    pushed += one.origin ? 0 : 1;
    requests.push_back(client::remove("/repository").with("repository", text(one.name)));
  }
  const auto all = static_cast<double>(names.size());
  auto said = names.mid(0, kNamedRepositories).join('\n');
  if (names.size() > kNamedRepositories) said += tr("\nand %1 more").arg(count(all - kNamedRepositories));
  said += tr("\n\nAll their tags and manifests are removed: %1, layers shared with other repositories included. "
             "Garbage collection frees the disk space. ")
              .arg(models::bytes(size));
  said +=
      pushed > 0
          ? tr("%1 pushed here and cannot be fetched again.").arg(plural(pushed, tr("of them was"), tr("of them were")))
          : tr("All of them come from upstreams and are fetched again on the next pull.");
  shell().confirm(
      tr("Remove %1?").arg(plural(all, tr("repository"), tr("repositories"))), said, tr("Remove %1").arg(count(all)),
      [this, requests] {
        changeEach(
            requests,
            [](double done) { return tr("%1 removed").arg(plural(done, tr("repository"), tr("repositories"))); },
            [this] { list_->refresh(); });
      });
}

}  // namespace

Screen* makeRepositories(const Context& context) {
  return new Repositories(context);
}

}  // namespace console::screens
