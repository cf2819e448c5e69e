#include "console/screens/configuration.hpp"

#include <QPushButton>
#include <QTabWidget>

#include "console/models/format.hpp"
#include "console/screens/kept_notice.hpp"
#include "export.hpp"
#include "history.hpp"
#include "review.hpp"
#include "settings.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Tone;

class Configuration : public ConfigurationScreen {
 public:
  explicit Configuration(const Context& context);

  void take(const forms::Json& value) override {
    tabs_->setCurrentWidget(settings_);
    draft_.replaceOnceRead(value);
  }

  void show(const QUrlQuery& query) override;
  void refresh() override;
  QString unsaved() const override {
    return draft_.isChanged() || json_->isBroken() ? tr("The configuration") : QString();
  }

 private:
  void readSchema();
  void offerKept(const KeptDraft& kept);
  void showState();
  void showBar();

  Draft draft_;
  QTabWidget* tabs_;
  Settings* settings_;
  ConfigJson* json_;
  History* history_;
  Drift* drift_;
  Export* export_;
  widgets::Notice* notice_;
  KeptNotice* kept_;
  QWidget* bar_;
  QLabel* state_;
  QPushButton* review_;
  bool hasSchema_ = false;
};

Configuration::Configuration(const Context& context)
    : ConfigurationScreen(context),
      draft_(api()),
      tabs_(new QTabWidget),
      settings_(new Settings(draft_, connection().mayConfigure())),
      json_(new ConfigJson(draft_, connection().mayConfigure())),
      history_(new History(context)),
      drift_(new Drift(context)),
      export_(new Export(context)),
      notice_(new widgets::Notice(this)),
      kept_(new KeptNotice),
      bar_(new QWidget),
      state_(new QLabel),
      review_(new QPushButton(tr("Review and save"))) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(notice_);
  layout->addWidget(kept_);
  tabs_->setDocumentMode(true);
  tabs_->addTab(settings_, tr("Settings"));
  tabs_->addTab(json_, tr("JSON"));
  tabs_->addTab(history_, tr("History"));
  tabs_->addTab(drift_, tr("Drift"));
  tabs_->addTab(export_, tr("Export"));
  layout->addWidget(tabs_, 1);
  auto* discard = new QPushButton(tr("Discard"));
  bar_->setLayout(widgets::row({state_, nullptr, discard, review_}));
  layout->addWidget(bar_);
  bar_->hide();
  connect(discard, &QPushButton::clicked, &draft_, &Draft::discard);
  connect(review_, &QPushButton::clicked, this, [this] {
    if (draft_.isChanged()) (new Review(draft_, this))->open();
  });
  connect(&draft_, &Draft::changed, this, &Configuration::showState);
  connect(&draft_, &Draft::checked, this, &Configuration::showBar);
  connect(&draft_, &Draft::saved, this, [this](const api::ConfigSaved& saved) {
    saySaved(tr("Saved"), saved, [this] { refresh(); });
    history_->refresh();
    drift_->refresh();
  });
  connect(&draft_, &Draft::found, this, &Configuration::offerKept);
  connect(history_, &History::changed, &draft_, &Draft::reload);
  refresh();
}

void Configuration::show(const QUrlQuery& query) {
  const auto words = query.queryItemValue("q", QUrl::FullyDecoded);
  if (words.isEmpty()) return;
  tabs_->setCurrentWidget(settings_);
  settings_->search(words);
}

void Configuration::refresh() {
  draft_.reload();
  history_->refresh();
  drift_->refresh();
  if (!hasSchema_) readSchema();
}

void Configuration::readSchema() {
  api().send<forms::Json>(client::get("/config/schema"), this, [this](client::Outcome<forms::Json> outcome) {
    if (!outcome) return shell().say(outcome.error().message(), Tone::Bad);
    hasSchema_ = true;
    const auto schema = forms::resolveReferences(outcome->value);
    settings_->setSchema(schema);
    if (connection().mayConfigure()) draft_.keepAs("configuration of " + serverName(), schema);
  });
}

void Configuration::offerKept(const KeptDraft& kept) {
  kept_->offer(
      tr("Changes that were not saved %1 are still there: the console did not end in order. Secrets are not among "
         "them.")
          .arg(models::relative(kept.at)),
      [this, kept] { draft_.restore(kept); },
      [this] {
        if (!draft_.isChanged()) draft_.discard();
      });
}

void Configuration::showState() {
  showBar();
  if (!draft_.trouble().isEmpty()) return notice_->say(draft_.trouble(), Tone::Bad);
  const auto& config = draft_.config();
  if (!config) return;
  QStringList restart;
  for (const auto& one : config->restartNeeded) restart << text(one);
  if (config->reloadError) {
    notice_->say(tr("The last change to the file was not applied: %1").arg(text(*config->reloadError)), Tone::Bad);
  } else if (!restart.isEmpty()) {
    notice_->say(tr("Saved; takes effect after a restart: %1").arg(restart.join(", ")), Tone::Warn);
  } else if (connection().mayChange() && !connection().mayConfigure()) {
    notice_->say(tr("Configuration changes are disabled on this daemon (larder.management.readOnly)."), Tone::Info);
  } else {
    notice_->clear();
  }
}

void Configuration::showBar() {
  bar_->setVisible(draft_.isChanged());
  // A draft that has begun anew takes the place of the one that was kept.
  if (draft_.isChanged()) kept_->clear();
  review_->setEnabled(!json_->isBroken());
  const auto& verdict = draft_.verdict();
  if (!verdict) {
    state_->setText(tr("Unsaved changes"));
  } else if (!verdict->errors.empty()) {
    state_->setText(models::plural(models::number(verdict->errors.size()), tr("error"), tr("errors")));
  } else {
    state_->setText(
        models::plural(models::number(verdict->changes.size()), tr("unsaved change"), tr("unsaved changes")));
  }
}

}  // namespace

Screen* makeConfiguration(const Context& context) {
  return new Configuration(context);
}

}  // namespace console::screens
