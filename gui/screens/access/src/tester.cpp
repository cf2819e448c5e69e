#include "tester.hpp"

#include <QComboBox>
#include <QCoreApplication>
#include <QFormLayout>
#include <QLineEdit>

#include "console/models/format.hpp"
#include "console/models/words.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using client::utf8;
using models::Cell;
using models::Tone;
using widgets::ListPanel;
using widgets::TableView;

constexpr int kAskAfterMs = 250;
constexpr std::uint64_t kMostRights = 500;

struct TesterWords {
  Q_DECLARE_TR_FUNCTIONS(Tester)
};

QString actionsText(const std::vector<api::Action>& actions) {
  QStringList words;
  for (const auto one : actions) words << text(api::wordOf(one));
  return words.isEmpty() ? TesterWords::tr("nothing") : words.join(", ");
}

QString sourceText(api::DecisionSource source) {
  switch (source) {
    case api::DecisionSource::Policy:
      return TesterWords::tr("Decided by a policy that names them");
    case api::DecisionSource::DefaultPolicy:
      return TesterWords::tr("Decided by the default for logged-in users");
    case api::DecisionSource::AnonymousPolicy:
      return TesterWords::tr("Decided by the default for anyone, without login");
    case api::DecisionSource::AdminPolicy:
      return TesterWords::tr("Decided by the admin policy");
    case api::DecisionSource::Entry:
      return TesterWords::tr("Decided by a rule that grants them nothing");
    case api::DecisionSource::Block:
      return TesterWords::tr("Decided by a block, which holds for everyone");
    default:
      return {};
  }
}

}  // namespace

Tester::Tester(const Context& context)
    : Screen(context),
      kind_(new widgets::Segments(
          tr("Who"), {{"user", tr("User")}, {"group", tr("Group")}, {"anonymous", tr("Anyone, without login")}})),
      name_(new QLineEdit),
      repository_(new QLineEdit),
      action_(new QComboBox),
      verdict_(new widgets::Pill),
      why_(widgets::plainLabel()),
      rules_(widgets::plainLabel({}, true)),
      rights_(new models::RowsModel<api::RepositoryRights>(
          {{{"repository", tr("Repository"), false, 300},
            [](const api::RepositoryRights& one) { return models::monoCell(one.repository); }},
           {{"actions", tr("May"), false, 200},
            [](const api::RepositoryRights& one) { return Cell{.text = actionsText(one.actions)}; }},
           {{"rule", tr("Rule that decides about reading"), false, 400},
            [](const api::RepositoryRights& one) { return models::monoCell(one.rule); }}},
          [](const api::RepositoryRights& one) { return text(one.repository); }, this)),
      rightsPanel_(new ListPanel("access.rights", tr("What they may"), rights_, TableView::Sorting::Local)) {
  auto* layout = new QVBoxLayout(this);
  auto* panel = new widgets::Panel(tr("Test a permission"));
  auto* form = new QFormLayout;
  form->setContentsMargins(11, 0, 11, 10);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  name_->setPlaceholderText("alice");
  repository_->setPlaceholderText("team/app");
  for (const auto& [title, action] :
       {std::pair{tr("read (pull)"), api::Action::Read}, std::pair{tr("create (push a new tag)"), api::Action::Create},
        std::pair{tr("update (move a tag)"), api::Action::Update}, std::pair{tr("delete"), api::Action::Delete}}) {
    action_->addItem(title, static_cast<int>(action));
  }
  form->addRow(tr("Who"), kind_);
  form->addRow(tr("&Name"), name_);
  form->addRow(tr("&Repository"), repository_);
  form->addRow(tr("&Action"), action_);
  form->addRow(verdict_, why_);
  form->addRow(QString(), rules_);
  panel->body()->addLayout(form);
  layout->addWidget(panel);
  layout->addWidget(rightsPanel_, 1);
  rightsPanel_->table()->setEmptyText(tr("Nothing"),
                                      tr("They have no access to any stored repository, or nobody is named."));
  askSoon_.setSingleShot(true);
  askSoon_.setInterval(kAskAfterMs);
  const auto soon = qOverload<>(&QTimer::start);
  connect(&askSoon_, &QTimer::timeout, this, &Tester::refresh);
  connect(name_, &QLineEdit::textChanged, &askSoon_, soon);
  connect(repository_, &QLineEdit::textChanged, &askSoon_, soon);
  connect(action_, &QComboBox::currentIndexChanged, &askSoon_, soon);
  connect(kind_, &widgets::Segments::chosen, this, [this](const QString& kind) {
    name_->setEnabled(kind != "anonymous");
    refresh();
  });
  refresh();
}

std::optional<std::string> Tester::named(const QString& kind) const {
  return kind_->value() == kind ? std::optional(utf8(name_->text().trimmed())) : std::nullopt;
}

bool Tester::isComplete() const {
  return kind_->value() == "anonymous" || !name_->text().trimmed().isEmpty();
}

void Tester::refresh() {
  askDecision();
  askEffective();
}

void Tester::askDecision() {
  if (asking_) asking_->cancel();
  verdict_->set({}, Tone::Unknown);
  why_->clear();
  rules_->clear();
  if (!isComplete() || repository_->text().trimmed().isEmpty()) return;
  api::AccessQuestion body;
  body.user = named("user");
  body.group = named("group");
  body.repository = utf8(repository_->text().trimmed());
  body.action = static_cast<api::Action>(action_->currentData().toInt());
  asking_ = api().send<api::AccessDecision>(client::ask("/access/explain", body), this,
                                            [this](client::Outcome<api::AccessDecision> outcome) {
                                              if (outcome) return showDecision(outcome->value);
                                              verdict_->set(tr("not known"), Tone::Unknown);
                                              why_->setText(outcome.error().message());
                                            });
}

void Tester::showDecision(const api::AccessDecision& decision) {
  verdict_->set(decision.allowed ? tr("allowed") : tr("denied"), decision.allowed ? Tone::Good : Tone::Bad);
  auto said = sourceText(decision.source);
  if (decision.glob) said += tr(" of %1").arg(text(*decision.glob));
  QStringList groups;
  for (const auto& group : decision.groups) groups << text(group);
  if (!groups.isEmpty()) said += tr(". Groups: %1").arg(groups.join(", "));
  why_->setText(said);
  QStringList lines{text(decision.rule)};
  if (decision.blocked) lines << text(*decision.blocked);
  if (decision.allowed) {
    for (const auto& one : decision.blocks) {
      if (one.tags) lines << tr("Tags that match %1 are blocked for everyone.").arg(text(*one.tags));
    }
  }
  if (decision.rules.size() > 1) {
    for (const auto& rule : decision.rules) {
      lines << (rule.wins ? tr("%1 matches, and decides alone: the longest glob wins")
                          : tr("%1 matches too, but is not used"))
                   .arg(text(rule.repositories));
    }
  }
  rules_->setText(lines.join('\n'));
}

void Tester::askEffective() {
  if (askingAll_) askingAll_->cancel();
  if (!isComplete()) return rights_->setRows({});
  api::EffectiveInput body;
  body.user = named("user");
  body.group = named("group");
  body.limit = kMostRights;
  askingAll_ = api().send<api::EffectiveAccess>(
      client::ask("/access/effective", body), this, [this](client::Outcome<api::EffectiveAccess> outcome) {
        if (!outcome) return rights_->setTrouble(outcome.error().message());
        const auto total = models::number(outcome->value.total);
        rightsPanel_->setTitle(
            outcome->value.total > kMostRights
                ? tr("What they may: the first %1 of %2 repositories")
                      .arg(models::count(models::number(kMostRights)), models::count(total))
                : tr("What they may, in %1").arg(models::plural(total, tr("repository"), tr("repositories"))));
        rights_->setRows(std::move(outcome->value.items));
      });
}

}  // namespace console::screens
