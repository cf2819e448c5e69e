#include "console/screens/mirrors.hpp"

#include <QCoreApplication>
#include <QTabWidget>
#include <QTimer>

#include "add_mirror.hpp"
#include "console/forms/schema.hpp"
#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/screens/kept_notice.hpp"
#include "console/widgets/list_panel.hpp"
#include "credentials.hpp"
#include "routes.hpp"
#include "rule_editor.hpp"
#include "runs.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Cell;
using models::RowsModel;
using models::Tone;
using widgets::ListPanel;
using widgets::TableView;

constexpr int kRulesEveryMs = 5000;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(Mirrors)
};

QString listOf(const forms::Json& config, const char* name) {
  QStringList parts;
  const auto found = config.find(name);
  if (found == config.end() || !found->is_array()) return {};
  for (const auto& one : *found) parts << text(forms::textOfValue(&one));
  return parts.join(", ");
}

// "** → /docker.io"
QString contentOf(const forms::Json& config) {
  QStringList parts;
  const auto found = config.find("content");
  if (found == config.end() || !found->is_array()) return {};
  for (const auto& one : *found) {
    const auto prefix = text(forms::textOfValue(forms::getAt(one, {"prefix"})));
    const auto destination = text(forms::textOfValue(forms::getAt(one, {"destination"})));
    parts << (prefix.isEmpty() ? "**" : prefix) + (destination.isEmpty() ? QString() : " → " + destination);
  }
  return parts.join(", ");
}

Cell stateCell(const api::Rule& rule) {
  QStringList all;
  models::Phrase worst{Words::tr("never contacted"), Tone::Unknown};
  int rank = -1;
  for (const auto& one : rule.upstreams) {
    const auto phrase = models::upstreamState(one);
    const auto error = one.lastError ? ": " + text(*one.lastError) : QString();
    all << text(one.host) + ": " + phrase.text + error;
    const int mine = phrase.tone == Tone::Bad ? 3 : phrase.tone == Tone::Warn ? 2 : phrase.tone == Tone::Good ? 1 : 0;
    if (mine <= rank) continue;
    rank = mine;
    worst = phrase;
  }
  return models::cellOf(worst, all.join('\n'));
}

Cell syncCell(const api::Rule& rule) {
  if (!rule.polls) return {.text = Words::tr("on demand only"), .tone = Tone::Muted};
  if (rule.paused) return {.text = Words::tr("paused"), .tone = Tone::Warn};
  if (!rule.lastRun) {
    return {.text =
                rule.nextRunAt ? Words::tr("first %1").arg(models::relative(*rule.nextRunAt)) : Words::tr("waiting")};
  }
  const auto& run = *rule.lastRun;
  const auto when = models::relative(run.startedAt);
  const auto tip =
      Words::tr("%1 tags, %2 copied, %3 fetched")
          .arg(models::count(static_cast<double>(run.tags)), models::count(static_cast<double>(run.copied)),
               models::bytes(static_cast<double>(run.bytes)));
  if (run.errors > 0) {
    return {.text = Words::tr("%1: %2 failed").arg(when, models::count(static_cast<double>(run.errors))),
            .tip = tip + (run.messages.empty() ? QString() : '\n' + text(run.messages.front())),
            .tone = Tone::Bad};
  }
  return {.text = when, .tip = tip, .tone = Tone::Good};
}

RowsModel<api::Rule>::Columns ruleColumns() {
  using One = api::Rule;
  return {
      {{"place", Words::tr("Rule"), true, 50},
       [](const One& one) { return models::countCell(static_cast<double>(one.index + 1)); }},
      {{"urls", Words::tr("Upstream"), false, 260},
       [](const One& one) {
         return Cell{.text = listOf(one.config, "urls"), .tip = listOf(one.config, "urls"), .mono = true};
       }},
      {{"content", Words::tr("Content"), false, 220},
       [](const One& one) { return Cell{.text = contentOf(one.config), .tip = contentOf(one.config), .mono = true}; }},
      {{"state", Words::tr("State"), false, 200}, &stateCell},
      {{"sync", Words::tr("Last sync run"), false, 150}, &syncCell},
      {{"credentials", Words::tr("Credentials"), false, 100},
       [](const One& one) {
         return one.hasCredentials ? Cell{.text = Words::tr("set")}
                                   : Cell{.text = Words::tr("none"), .tone = Tone::Muted};
       }},
  };
}

class Mirrors : public Screen {
 public:
  explicit Mirrors(const Context& context);

  void show(const QUrlQuery& query) override;
  void refresh() override;
  QString unsaved() const override {
    return (editor_ && editor_->isChanged()) || (adding_ && adding_->isChanged()) ? tr("A mirror rule") : QString();
  }

 private:
  void addVerbs();
  void addMirror();
  void edit(const std::optional<api::Rule>& rule);
  void remove(const api::Rule& rule);
  void move(const api::Rule& rule, int by);
  void pause(const api::Rule& rule);
  void readSchema();
  void offerKept();
  void takeUp(const KeptDraft& kept);

  DraftStore drafts_;
  KeptNotice* kept_;
  RowsModel<api::Rule>* rules_;
  QByteArray etag_;
  ListPanel* panel_;
  Routes* routes_;
  Runs* runs_;
  Credentials* credentials_;
  std::optional<forms::Json> schema_;
  QPointer<RuleEditor> editor_;
  QPointer<AddMirror> adding_;
  QPointer<client::Call> reading_;
  QTimer again_;
  bool keptRead_ = false;
};

Mirrors::Mirrors(const Context& context)
    : Screen(context),
      drafts_("rule of " + serverName()),
      kept_(new KeptNotice),
      rules_(new RowsModel<api::Rule>(
          ruleColumns(), [](const api::Rule& one) { return text(one.id); }, this)),
      panel_(new ListPanel("mirrors.rules", tr("Rules"), rules_, TableView::Sorting::Local)),
      routes_(new Routes(context)),
      runs_(new Runs(context)),
      credentials_(new Credentials(context)) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(kept_);
  auto* tabs = new QTabWidget;
  tabs->setDocumentMode(true);
  layout->addWidget(tabs);
  auto* rules = new QWidget;
  auto* inside = new QVBoxLayout(rules);
  inside->addWidget(widgets::mutedLabel(
      tr("The first rule that takes a name serves it. Rules without a poll interval fetch on demand alone.")));
  inside->addWidget(panel_, 1);
  tabs->addTab(rules, tr("Rules"));
  tabs->addTab(routes_, tr("Test a route"));
  tabs->addTab(runs_, tr("Sync runs"));
  tabs->addTab(credentials_, tr("Upstream credentials"));
  panel_->setCountedTitle([](double rules) { return models::plural(rules, tr("rule"), tr("rules")); });
  auto* table = panel_->table();
  table->setEmptyText(tr("No mirrors yet"),
                      tr("Without one this registry serves only what is pushed to it. Add a mirror."));
  table->setSelectionMode(QAbstractItemView::SingleSelection);
  connect(table, &TableView::opened, this, [this](int row) { edit(rules_->at(row)); });
  addVerbs();
  connect(&again_, &QTimer::timeout, this, [this] {
    if (isVisible()) refresh();
  });
  again_.start(kRulesEveryMs);
  refresh();
}

void Mirrors::addVerbs() {
  using Rows = ListPanel::Rows;
  const auto configure = [this](const Rows& rows) { return connection().mayConfigure() && !rows.isEmpty(); };
  const auto polls = [this](const Rows& rows) {
    return connection().mayChange() && !rows.isEmpty() && rules_->at(rows.front()).polls;
  };
  const auto add = [this](const QString& verb, auto may, auto act) {
    panel_->addVerb(verb, may, [this, act](const Rows& rows) { act(rules_->at(rows.front())); });
  };
  panel_->addVerb(
      tr("Add a mirror"), [this](const Rows&) { return connection().mayConfigure() && schema_; },
      [this](const Rows&) { addMirror(); });
  add(
      tr("Edit"), [this, configure](const Rows& rows) { return configure(rows) && schema_; },
      [this](const api::Rule& rule) { edit(rule); });
  add(tr("Run now"), polls, [this](const api::Rule& rule) {
    change(client::post("/sync/rules/" + client::segment(text(rule.id)) + "/run"), tr("Sync run started"));
  });
  add(tr("Pause or resume"), polls, [this](const api::Rule& rule) { pause(rule); });
  add(tr("Move up"), configure, [this](const api::Rule& rule) { move(rule, -1); });
  add(tr("Move down"), configure, [this](const api::Rule& rule) { move(rule, 1); });
  add(tr("Remove"), configure, [this](const api::Rule& rule) { remove(rule); });
}

void Mirrors::show(const QUrlQuery& query) {
  if (query.queryItemValue("edit") == "new") addMirror();
}

void Mirrors::refresh() {
  if (!schema_) readSchema();
  credentials_->refresh();
  runs_->refresh();
  if (reading_) return;
  reading_ = api().send<api::Page<api::Rule>>(client::get("/sync/rules"), this,
                                              [this](client::Outcome<api::Page<api::Rule>> outcome) {
                                                if (!outcome) return rules_->setTrouble(outcome.error().message());
                                                etag_ = outcome->etag;
                                                rules_->setRows(std::move(outcome->value.items));
                                                offerKept();
                                              });
}

void Mirrors::readSchema() {
  api().send<forms::Json>(client::get("/config/schema"), this, [this](client::Outcome<forms::Json> outcome) {
    if (!outcome) return;  // tried again with the next reading
    schema_ =
        forms::schemaAt(forms::resolveReferences(outcome->value), forms::parsePath("extensions.sync.registries[0]"));
    emit rules_->stateChanged();
    offerKept();
  });
}

// When the rules and their schema are known.
void Mirrors::offerKept() {
  if (!schema_ || !rules_->isLoaded() || !connection().mayConfigure() || keptRead_) return;
  keptRead_ = true;
  drafts_.read(this, [this](const std::optional<KeptDraft>& kept) {
    if (!kept || editor_ || adding_) return;
    kept_->offer(
        tr("The console crashed while you were editing a rule (%1). Your changes were kept, without secrets.")
            .arg(models::relative(kept->at)),
        [this, kept] { takeUp(*kept); },
        [this] {
          if (!editor_) drafts_.drop();
        });
  });
}

// A rule that is there no more is a new one.
void Mirrors::takeUp(const KeptDraft& kept) {
  const auto id = RuleEditor::ruleOf(kept);
  const auto found = std::ranges::find_if(rules_->rows(), [&id](const api::Rule& one) { return id && one.id == *id; });
  edit(found == rules_->rows().end() ? std::nullopt : std::optional(*found));
  if (editor_) editor_->restore(kept);
}

void Mirrors::addMirror() {
  if (!schema_ || !connection().mayConfigure()) return;
  if (adding_ || editor_) {
    (adding_ ? static_cast<QDialog*>(adding_.data()) : static_cast<QDialog*>(editor_.data()))->raise();
    return;
  }
  // What is entered now takes the place of what was kept.
  kept_->clear();
  adding_ = new AddMirror(context(), this);
  adding_->keepIn(drafts_, *schema_);
  connect(adding_, &AddMirror::saved, this, [this](const QString& done, const api::ConfigSaved& saved) {
    saySaved(done, saved, [this] { refresh(); });
    refresh();
  });
  connect(adding_, &AddMirror::allSettings, this, [this](const api::Json& rule) {
    edit(std::nullopt);
    if (editor_) editor_->beginWith(rule);
  });
  adding_->open();
}

void Mirrors::edit(const std::optional<api::Rule>& rule) {
  if (!schema_ || !connection().mayConfigure()) return;
  if (editor_) {
    editor_->raise();
    return;
  }
  // What is edited now takes the place of what was kept.
  kept_->clear();
  editor_ = new RuleEditor(context(), *schema_, rule, etag_, this);
  editor_->keepIn(drafts_);
  connect(editor_, &RuleEditor::saved, this, [this](const QString& done, const api::ConfigSaved& saved) {
    saySaved(done, saved, [this] { refresh(); });
    refresh();
  });
  editor_->open();
}

void Mirrors::remove(const api::Rule& rule) {
  const auto request = client::remove("/sync/rules/" + client::segment(text(rule.id))).match(etag_);
  shell().confirm(tr("Remove this rule?"), tr("What %1 brought stays.").arg(listOf(rule.config, "urls")), tr("Remove"),
                  [this, request] { save(request, tr("Rule removed"), [this] { refresh(); }); });
}

void Mirrors::move(const api::Rule& rule, int by) {
  api::RuleOrder body;
  for (const auto& one : rules_->rows()) body.order.push_back(one.id);
  const auto place = static_cast<std::ptrdiff_t>(rule.index);
  const auto to = place + by;
  if (to < 0 || to >= static_cast<std::ptrdiff_t>(body.order.size())) return;
  std::swap(body.order[static_cast<std::size_t>(place)], body.order[static_cast<std::size_t>(to)]);
  save(client::put("/sync/order", body).match(etag_), tr("Rules reordered"), [this] { refresh(); });
}

void Mirrors::pause(const api::Rule& rule) {
  change(client::put("/sync/rules/" + client::segment(text(rule.id)) + "/pause", api::Pause{!rule.paused}),
         rule.paused ? tr("Resumed") : tr("Paused"), [this] { refresh(); });
}

}  // namespace

Screen* makeMirrors(const Context& context) {
  return new Mirrors(context);
}

}  // namespace console::screens
