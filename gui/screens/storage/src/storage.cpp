#include "console/screens/storage.hpp"

#include <QCoreApplication>
#include <QTabWidget>

#include "console/models/format.hpp"
#include "console/models/paged_model.hpp"
#include "console/models/words.hpp"
#include "console/widgets/facts.hpp"
#include "console/widgets/list_panel.hpp"
#include "console/widgets/series_chart.hpp"
#include "console/widgets/theme.hpp"
#include "jobs.hpp"
#include "tree.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::bytes;
using models::Cell;
using models::count;
using models::number;
using models::PagedModel;
using models::Tone;
using widgets::ListPanel;
using widgets::TableView;

constexpr int kUseEveryMs = 10'000;

struct UseWords {
  Q_DECLARE_TR_FUNCTIONS(Storage)
};

PagedModel<api::Removal>::Columns removalColumns() {
  using One = api::Removal;
  return {
      {{"repository", UseWords::tr("Repository"), false, 260, false, false},
       [](const One& one) { return models::monoCell(one.repository); }},
      {{"tag", UseWords::tr("Tag"), false, 130, false, false},
       [](const One& one) {
         return one.tag ? models::monoCell(*one.tag) : Cell{.text = UseWords::tr("untagged"), .tone = Tone::Muted};
       }},
      {{"digest", UseWords::tr("Digest"), false, 120, false, false},
       [](const One& one) { return models::digestCell(one.digest); }},
      {{"reason", UseWords::tr("Reason"), false, 300, false, false},
       [](const One& one) { return Cell{.text = text(one.reason), .tip = text(one.reason)}; }},
      {{"used", UseWords::tr("Last used"), false, 110, false, false},
       [](const One& one) { return models::timeCell(one.usedAt, UseWords::tr("never")); }},
  };
}

Cell forecast(const std::optional<api::Time>& at) {
  return at ? models::timeCell(*at) : Cell{.text = UseWords::tr("not at the current growth rate")};
}

QString scrubText(const std::optional<api::ScrubState>& scrub) {
  if (!scrub) return UseWords::tr("off");
  const auto when = scrub->running   ? UseWords::tr("running")
                    : scrub->endedAt ? UseWords::tr("ended %1").arg(models::relative(*scrub->endedAt))
                                     : UseWords::tr("not yet");
  return UseWords::tr("%1, %2 damaged").arg(when, count(number(scrub->damaged)));
}

class Storage : public Screen {
 public:
  explicit Storage(const Context& context);

  void refresh() override;

 private:
  QWidget* makeUse();
  QWidget* makePreview();
  void askUse();
  void askPreview();
  void take(const api::Storage& storage);

  QLabel *used_, *limit_;
  widgets::Meter* meter_;
  widgets::Facts* facts_;
  widgets::Notice* notice_;
  StorageTree* tree_;
  Jobs* jobs_;
  PagedModel<api::Removal>* removals_;
  widgets::Segments* kind_;
  ListPanel* preview_;
  QTimer again_;
};

Storage::Storage(const Context& context)
    : Screen(context),
      used_(new QLabel),
      limit_(widgets::mutedLabel()),
      meter_(new widgets::Meter),
      facts_(new widgets::Facts),
      notice_(new widgets::Notice(this)),
      tree_(new StorageTree(context)),
      jobs_(new Jobs(context)),
      removals_(new PagedModel<api::Removal>(
          api(), removalColumns(),
          [](const api::Removal& one) { return text(one.repository + "@" + one.digest + ":" + one.tag.value_or("")); },
          this)),
      kind_(new widgets::Segments(tr("By"), {{"retention", tr("Retention")}, {"eviction", tr("Eviction")}})),
      preview_(new ListPanel("storage.preview", tr("Dry run: what would be removed now"), removals_,
                             TableView::Sorting::Remote)) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(notice_);
  layout->addWidget(makeUse());
  auto* tabs = new QTabWidget;
  tabs->setDocumentMode(true);
  tabs->addTab(tree_, tr("Disk usage"));
  tabs->addTab(jobs_, tr("Jobs"));
  tabs->addTab(makePreview(), tr("Dry run"));
  layout->addWidget(tabs, 1);
  connect(&again_, &QTimer::timeout, this, [this] {
    if (isVisible()) askUse();
  });
  again_.start(kUseEveryMs);
  askUse();
  askPreview();
}

QWidget* Storage::makeUse() {
  auto* panel = new widgets::Panel(tr("Usage"));
  auto* inside = new QHBoxLayout;
  inside->setContentsMargins(11, 0, 11, 10);
  auto* left = new QVBoxLayout;
  used_->setFont(widgets::scaled(used_->font(), 1.7, true));
  left->addWidget(used_);
  left->addWidget(limit_);
  left->addWidget(meter_);
  left->addStretch(1);
  inside->addLayout(left, 1);
  inside->addWidget(facts_, 2);
  panel->body()->addLayout(inside);
  return panel;
}

QWidget* Storage::makePreview() {
  preview_->addSide(kind_);
  preview_->setCountedTitle([](double entries) {
    return tr("Dry run: what would be removed now, %1").arg(models::plural(entries, tr("entry"), tr("entries")));
  });
  connect(kind_, &widgets::Segments::chosen, this, &Storage::askPreview);
  return preview_;
}

void Storage::refresh() {
  askUse();
  tree_->refresh();
  jobs_->refresh();
  removals_->refresh();
}

void Storage::askUse() {
  api().send<api::Storage>(client::get("/storage"), this, [this](client::Outcome<api::Storage> outcome) {
    if (!outcome) return notice_->say(outcome.error().message(), Tone::Bad);
    if (const auto& fault = outcome->value.fault) {
      notice_->say(text(*fault), Tone::Bad);
    } else {
      notice_->clear();
    }
    take(outcome->value);
  });
}

void Storage::askPreview() {
  const bool retention = kind_->value() == "retention";
  preview_->table()->setEmptyText(tr("Nothing to remove"),
                                  retention ? tr("No tag falls under a retention policy now, or none is configured.")
                                            : tr("The store is below its high watermark, or has no limit."));
  removals_->ask(client::get("/storage/preview").with("kind", kind_->value()));
}

void Storage::take(const api::Storage& storage) {
  const double used = number(storage.usedBytes);
  const double free = models::known(storage.diskFreeBytes);
  const double limit = storage.limitBytes ? number(*storage.limitBytes) : storage.diskFreeBytes ? used + free : 0;
  used_->setText(bytes(used));
  limit_->setText(storage.limitBytes ? tr("of %1 (%2)").arg(bytes(limit), models::percent(used / limit))
                                     : tr("used, no limit set"));
  meter_->set(used, limit);
  facts_->set({{tr("Eviction starts"), forecast(storage.evictionAt)},
               {tr("Full"), forecast(storage.fullAt)},
               {tr("Disk"),
                {.text = storage.diskBytes ? tr("%1 free of %2").arg(bytes(free), bytes(number(*storage.diskBytes)))
                                           : QString()}},
               {tr("Watermarks"),
                {.text = storage.highWatermarkBytes ? tr("eviction starts at %1, stops at %2")
                                                          .arg(bytes(number(*storage.highWatermarkBytes)),
                                                               bytes(models::known(storage.lowWatermarkBytes)))
                                                    : tr("none: no limit set (larder.storage.maxBytes)")}},
               {tr("Kept free"), {.text = storage.minFreeBytes ? bytes(number(*storage.minFreeBytes)) : QString()}},
               {tr("Repositories"), {.text = count(number(storage.repositories))}},
               {tr("Scrub"), {.text = scrubText(storage.scrub)}}});
}

}  // namespace

Screen* makeStorage(const Context& context) {
  return new Storage(context);
}

}  // namespace console::screens
