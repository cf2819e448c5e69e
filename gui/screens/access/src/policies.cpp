#include "policies.hpp"

#include <QAction>
#include <QComboBox>
#include <QCoreApplication>
#include <QLineEdit>
#include <array>

#include "console/models/format.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using client::utf8;
using forms::operator/;  // NOLINT(misc-unused-using-decls): it overlooks operators
using models::Cell;
using models::Tone;
using widgets::ListPanel;
using widgets::Sheet;
using widgets::TableView;

struct PolicyWords {
  Q_DECLARE_TR_FUNCTIONS(Policies)
};

constexpr double kBeyondPlaces = 1e9;
const forms::Path kAccess = {"http", "accessControl"};
const forms::Path kRepositories = kAccess / "repositories";

// The sets of actions that are given in practice.
struct Preset {
  const char* title;
  QStringList actions;
};
const std::array kPresets{
    Preset{QT_TRANSLATE_NOOP("Policies", "Block: nothing"), {}},
    Preset{QT_TRANSLATE_NOOP("Policies", "Read only: pull"), {"read"}},
    Preset{QT_TRANSLATE_NOOP("Policies", "Push: pull, push, move tags"), {"read", "create", "update"}},
    Preset{QT_TRANSLATE_NOOP("Policies", "Full: push and delete"), {"read", "create", "update", "delete"}},
};

QString presetOf(QStringList actions) {
  actions.sort();
  for (const auto& preset : kPresets) {
    auto wanted = preset.actions;
    wanted.sort();
    if (wanted == actions) return PolicyWords::tr(preset.title);
  }
  return PolicyWords::tr("Custom");
}

QComboBox* addPresets(Sheet* sheet, const QStringList& actions) {
  QList<std::pair<QString, QString>> choices;
  for (const auto& preset : kPresets) choices.emplace_back(preset.actions.join(','), PolicyWords::tr(preset.title));
  auto* box = sheet->addChoice("actions", PolicyWords::tr("They may"), choices);
  box->setCurrentIndex(std::max(0, box->findData(actions.join(','))));
  return box;
}

forms::Json chosenIn(const QComboBox* box) {
  return listOfTyped(box->currentData().toString());
}

// A tick in words, so that it can be read and copied.
Cell tick(const QStringList& actions, const QString& action) {
  return actions.contains(action) ? Cell{.text = PolicyWords::tr("yes"), .tone = Tone::Good}
                                  : Cell{.text = PolicyWords::tr("no"), .tone = Tone::Muted};
}

}  // namespace

Policies::Policies(const Context& context, Written& written)
    : Screen(context),
      written_(written),
      rows_(new models::RowsModel<Row>(
          {{{"place", tr("Order"), true, 60},
            [](const Row& row) {
              const bool placed = row.place > 0 && row.place < kBeyondPlaces;
              return Cell{.text = placed ? models::count(row.place) : QString(), .order = row.place};
            }},
           {{"glob", tr("Repositories"), false, 220},
            [](const Row& row) { return Cell{.text = row.glob, .mono = true}; }},
           {{"who", tr("Who"), false, 220}, [](const Row& row) { return Cell{.text = row.who}; }},
           {{"may", tr("May"), false, 200}, [](const Row& row) { return Cell{.text = presetOf(row.actions)}; }},
           {{"read", tr("Read"), false, 70}, [](const Row& row) { return tick(row.actions, "read"); }},
           {{"create", tr("Create"), false, 70}, [](const Row& row) { return tick(row.actions, "create"); }},
           {{"update", tr("Update"), false, 70}, [](const Row& row) { return tick(row.actions, "update"); }},
           {{"delete", tr("Delete"), false, 70}, [](const Row& row) { return tick(row.actions, "delete"); }}},
          [](const Row& row) { return row.key(); }, this)),
      warnings_(new widgets::Notice(this)),
      none_(new widgets::Notice(this)) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(none_);
  layout->addWidget(widgets::mutedLabel(
      tr("For each repository the longest glob that matches decides alone, whatever the others grant. Rules are listed "
         "in that order. Inside a rule the policies of a user and of their groups add up with the default.")));
  layout->addWidget(warnings_);
  auto* panel = new ListPanel("access.policies", tr("Policies"), rows_, TableView::Sorting::Local);
  layout->addWidget(panel, 1);
  panel->table()->setSelectionMode(QAbstractItemView::SingleSelection);
  panel->table()->setEmptyText(tr("No policies yet"),
                               tr("Only the admin policy grants access. Add a rule for ** to let others pull."));
  using Rows = ListPanel::Rows;
  const auto may = [this](const Rows&) { return connection().mayConfigure() && written_.isRead(); };
  const auto one = [may](const Rows& rows) { return may(rows) && !rows.isEmpty(); };
  panel->addVerb(tr("Add a rule…"), may, [this](const Rows&) { add({}); });
  panel->addVerb(tr("Add users or groups…"), one, [this](const Rows& rows) { add(rows_->at(rows.front()).glob); });
  panel->addVerb(tr("Change…"), one, [this](const Rows& rows) { change(rows_->at(rows.front())); });
  panel
      ->addVerb(
          tr("Remove…"), [this, one](const Rows& rows) { return one(rows) && rows_->at(rows.front()).removable; },
          [this](const Rows& rows) { remove(rows_->at(rows.front())); })
      ->setShortcut(QKeySequence::Delete);
  connect(&written_, &Written::changed, this, &Policies::refresh);
  refresh();
}

void Policies::refresh() {
  showRows();
  api().send<api::AccessReview>(client::ask("/access/review", api::ReviewInput{}), this,
                                [this](client::Outcome<api::AccessReview> outcome) {
                                  if (!outcome) {
                                    return warnings_->say(tr("The rules could not be checked, and are in the order of "
                                                             "the file. %1")
                                                              .arg(outcome.error().message()),
                                                          Tone::Warn);
                                  }
                                  QStringList warnings;
                                  for (const auto& one : outcome->value.warnings) warnings << text(one.message);
                                  warnings_->say(warnings.join('\n'), Tone::Warn);
                                  places_.clear();
                                  for (const auto& one : outcome->value.items)
                                    places_[one.repositories] = one.precedence;
                                  showRows();
                                });
}

QString Policies::whoOf(const forms::Json& policy) {
  auto who = textsOf(forms::getAt(policy, {"users"}));
  for (const auto& group : textsOf(forms::getAt(policy, {"groups"}))) who << tr("group %1").arg(group);
  return who.isEmpty() ? tr("nobody") : who.join(", ");
}

void Policies::addRows(std::vector<Row>& rows, const std::string& glob, const forms::Json& entry) const {
  const auto base = kRepositories / glob;
  const auto found = places_.find(glob);
  const auto place = found == places_.end() ? 0.0 : models::number(found->second);
  const auto add = [&](const QString& who, const forms::Path& path, std::optional<forms::Path> removable) {
    rows.push_back({place, text(glob), who, textsOf(written_.at(path)), path, std::move(removable)});
  };
  const auto* policies = forms::getAt(entry, {"policies"});
  for (std::size_t i = 0; policies && policies->is_array() && i < policies->size(); ++i) {
    const auto path = base / "policies" / i;
    add(whoOf((*policies)[i]), path / "actions", path);
  }
  add(tr("any logged-in user"), base / "defaultPolicy", base);
  add(tr("anyone, without login"), base / "anonymousPolicy", std::nullopt);
}

void Policies::showRows() {
  if (!written_.trouble().isEmpty()) rows_->setTrouble(written_.trouble());
  if (!written_.isRead()) return;
  const bool mayLogIn = !connection().status() || connection().status()->loginPossible;
  const auto warning =
      mayLogIn ? tr("Access control is not configured: anyone who can log in can do everything.")
               : tr("Access control and logins are not configured: anyone on this network can pull and push.");
  none_->say(written_.at(kAccess) ? QString() : warning, Tone::Warn);
  std::vector<Row> rows;
  const auto* repositories = written_.at(kRepositories);
  if (repositories && repositories->is_object()) {
    for (const auto& [glob, entry] : repositories->items()) addRows(rows, glob, entry);
  }
  std::ranges::sort(rows, {}, [](const Row& row) { return std::pair(row.place, row.key()); });
  const auto admins = kAccess / "adminPolicy";
  if (const auto* policy = written_.at(admins)) {
    rows.push_back({kBeyondPlaces, tr("everything, and administration"), whoOf(*policy),
                    textsOf(written_.at(admins / "actions")), admins / "actions", std::nullopt});
  }
  rows_->setRows(std::move(rows));
}

void Policies::store(Sheet* sheet, const client::Request& request, const QString& done) {
  submit<api::ConfigSaved>(sheet, request, [this, done](const api::ConfigSaved& saved) {
    saySaved(done, saved, [this] { written_.reload(); });
    written_.reload();
  });
}

void Policies::add(const QString& glob) {
  auto* sheet = new Sheet(glob.isEmpty() ? tr("Add a rule") : tr("Users and groups for %1").arg(glob), tr("Add"), this);
  auto* repositories =
      sheet->addText("repositories", tr("Repositories"), glob.isEmpty() ? QStringLiteral("**") : glob,
                     tr("A glob: ** matches everything, team/* one level, team/** all levels below team."));
  repositories->setReadOnly(!glob.isEmpty());
  auto* users = sheet->addText("users", tr("Users"), {}, tr("Separated by commas."));
  auto* groups = sheet->addText("groups", tr("Groups"), {},
                                tr("Separated by commas. With neither, the rule covers any logged-in user."));
  auto* may = addPresets(sheet, {"read"});
  sheet->onSubmit([this, sheet, repositories, users, groups, may] {
    const auto base = kRepositories / utf8(repositories->text().trimmed());
    const auto named = listOfTyped(users->text());
    const auto grouped = listOfTyped(groups->text());
    const auto done = tr("Rule for %1 saved").arg(repositories->text().trimmed());
    if (named.empty() && grouped.empty()) {
      return store(sheet, written_.edit(base / "defaultPolicy", chosenIn(may)), done);
    }
    const auto* before = written_.at(base / "policies");
    auto policies = before && before->is_array() ? *before : forms::Json::array();
    policies.push_back({{"users", named}, {"groups", grouped}, {"actions", chosenIn(may)}});
    store(sheet, written_.edit(base / "policies", policies), done);
  });
  keepTyped(sheet);
  sheet->open();
}

void Policies::change(const Row& row) {
  auto* sheet = new Sheet(tr("%1: what %2 may").arg(row.glob, row.who), tr("Save"), this);
  auto* may = addPresets(sheet, row.actions);
  sheet->onSubmit([this, sheet, may, row] {
    store(sheet, written_.edit(row.path, chosenIn(may)), tr("Rule for %1 saved").arg(row.glob));
  });
  keepTyped(sheet);
  sheet->open();
}

void Policies::remove(const Row& row) {
  const bool whole = row.removable->size() == kRepositories.size() + 1;
  shell().confirm(whole ? tr("Remove the rule for %1?").arg(row.glob) : tr("Remove %1 from %2?").arg(row.who, row.glob),
                  whole ? tr("All that it grants goes with it.") : tr("What the other rules grant them stays."),
                  tr("Remove"), [this, path = *row.removable, glob = row.glob] {
                    save(written_.edit(path, std::nullopt), tr("Rule for %1 changed").arg(glob),
                         [this] { written_.reload(); });
                  });
}

}  // namespace console::screens
