#include "rule_editor.hpp"

#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QTabWidget>

#include "conflict_view.hpp"
#include "console/forms/check.hpp"
#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/widgets/theme.hpp"
#include "larder/core/json.hpp"
#include "preview.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Tone;

constexpr int kJsonTab = 1;

const forms::Json kNewRule = {
    {"urls", forms::Json::array()}, {"onDemand", true}, {"content", forms::Json::array({{{"prefix", "**"}}})}};

// By the path within the rule, as the form asks for them.
forms::Errors errorsOf(const client::Failure& failure) {
  static const QRegularExpression kRule(QStringLiteral("^extensions\\.sync\\.registries\\[\\d+\\]\\.?"));
  forms::Errors errors;
  for (const auto& one : failure.errors) {
    const auto path = forms::pathText(forms::parsePath(text(one.path).remove(kRule).toStdString()));
    errors[path] = client::withHint(one);
  }
  return errors;
}

}  // namespace

RuleEditor::RuleEditor(const Context& context, const forms::Json& ruleSchema, const std::optional<api::Rule>& rule,
                       const QByteArray& etag, QWidget* parent)
    : QDialog(parent),
      context_(context),
      schema_(ruleSchema),
      rule_(rule),
      etag_(etag),
      original_(rule ? rule->config : kNewRule),
      form_(new forms::SchemaForm(ruleSchema)),
      json_(new QPlainTextEdit),
      tabs_(new QTabWidget),
      notice_(new widgets::Notice(this)),
      result_(new widgets::Notice(this)),
      conflict_(new ConflictView),
      save_(new QPushButton(rule ? tr("Save") : tr("Add mirror"))),
      test_(new QPushButton(tr("Test upstream"))) {
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(rule ? tr("Rule %1").arg(rule->index + 1) : tr("Add a mirror"));
  resize(720, 640);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(widgets::mutedLabel(tr("What is mirrored, and from where")));
  layout->addWidget(notice_);
  layout->addWidget(conflict_);
  form_->setFirst({"urls", "onDemand", "pollInterval", "content"});
  form_->setValue(original_);
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  auto* inside = new QWidget;
  (new QVBoxLayout(inside))->addWidget(form_);
  scroll->setWidget(inside);
  tabs_->addTab(scroll, tr("Form"));
  json_->setFont(widgets::monoFont(json_->font()));
  json_->setAccessibleName(tr("Rule as JSON"));
  tabs_->addTab(json_, tr("JSON"));
  tabs_->addTab(new TagPreviewView(context_.connection.api(), [this] { return config(); }), tr("Tag preview"));
  layout->addWidget(tabs_, 1);
  layout->addWidget(result_);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  buttons->addButton(save_, QDialogButtonBox::AcceptRole);
  buttons->addButton(test_, QDialogButtonBox::ActionRole);
  layout->addWidget(buttons);
  save_->setEnabled(!rule);
  connect(form_, &forms::SchemaForm::edited, this, [this] {
    save_->setEnabled(!rule_ || isChanged());
    keepSoon();
  });
  connect(json_, &QPlainTextEdit::textChanged, this, [this] {
    save_->setEnabled(true);
    keepSoon();
  });
  connect(&keepSoon_, &QTimer::timeout, this, &RuleEditor::keep);
  connect(this, &QDialog::finished, this, [this] {
    keepSoon_.stop();
    if (drafts_) drafts_->drop();
  });
  connect(tabs_, &QTabWidget::currentChanged, this, [this](int tab) {
    if (shownTab_ == kJsonTab && !readJson()) {
      // What was typed stays.
      const QSignalBlocker quiet(tabs_);
      tabs_->setCurrentIndex(kJsonTab);
      return;
    }
    shownTab_ = tab;
    if (tab == kJsonTab) showJson();
  });
  connect(buttons, &QDialogButtonBox::rejected, this, &RuleEditor::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, &RuleEditor::save);
  connect(test_, &QPushButton::clicked, this, &RuleEditor::test);
  connect(conflict_, &ConflictView::merged, this, &RuleEditor::takeMerged);
  connect(conflict_, &ConflictView::addAgain, this, &RuleEditor::addAgain);
}

void RuleEditor::beginWith(const forms::Json& rule) {
  form_->setValue(rule);
  keepSoon();
}

void RuleEditor::keepIn(DraftStore& drafts) {
  drafts_ = &drafts;
}

void RuleEditor::keepSoon() {
  if (drafts_) keepSoon_.note();
}

// Upon which revision of the rule it was edited goes with it: what others save until it is taken up is merged.
void RuleEditor::keep() {
  const auto typed = tabs_->currentIndex() == kJsonTab ? typedJson() : std::optional(form_->value());
  if (!typed) return;
  forms::Json written;
  written["rule"] = original_;
  written["etag"] = etag_.toStdString();
  if (rule_) written["id"] = rule_->id;
  drafts_->keep({0, written, forms::withoutSecrets(schema_, *typed, original_), QDateTime::currentDateTimeUtc()});
}

std::optional<std::string> RuleEditor::ruleOf(const KeptDraft& kept) {
  const auto* id = forms::getAt(kept.written, {"id"});
  return id && id->is_string() ? std::optional(id->get<std::string>()) : std::nullopt;
}

void RuleEditor::restore(const KeptDraft& kept) {
  const auto* rule = forms::getAt(kept.written, {"rule"});
  const auto* etag = forms::getAt(kept.written, {"etag"});
  if (rule_ && rule && etag && etag->is_string()) {
    original_ = *rule;
    etag_ = QByteArray::fromStdString(etag->get<std::string>());
  }
  form_->setValue(kept.value);
  save_->setEnabled(true);
  keepSoon();
}

bool RuleEditor::isChanged() const {
  return !forms::equal(original_, form_->value()) || json_->document()->isModified();
}

// What stands in the raw JSON; nothing while that is no rule.
std::optional<forms::Json> RuleEditor::typedJson() const {
  auto parsed = larder::core::parseOrderedJson(json_->toPlainText().toStdString());
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return std::move(*parsed);
}

forms::Json RuleEditor::config() const {
  return forms::tidy(form_->value());
}

void RuleEditor::showJson() {
  const QSignalBlocker quiet(json_);
  json_->setPlainText(text(form_->value().dump(2, ' ', false, forms::Json::error_handler_t::replace)));
}

bool RuleEditor::readJson() {
  auto parsed = larder::core::parseOrderedJson(json_->toPlainText().toStdString());
  if (!parsed || !parsed->is_object()) {
    notice_->say(parsed ? tr("A rule is a JSON object.") : text(parsed.error().message), Tone::Bad);
    return false;
  }
  notice_->clear();
  form_->setValue(*parsed);
  json_->document()->setModified(false);
  return true;
}

void RuleEditor::save() {
  if (tabs_->currentIndex() == kJsonTab && !readJson()) return;
  if (rule_) {
    send(client::put("/sync/rules/" + client::segment(text(rule_->id)), config()).match(etag_), tr("Rule saved"));
  } else {
    addAgain();
  }
}

void RuleEditor::addAgain() {
  send(client::post("/sync/rules", config()), tr("Mirror added"));
}

void RuleEditor::send(const client::Request& request, const QString& done) {
  save_->setEnabled(false);
  notice_->clear();
  context_.connection.api().send<api::RuleSaved>(request, this, [this, done](client::Outcome<api::RuleSaved> outcome) {
    if (!outcome) return takeFailure(outcome.error());
    original_ = form_->value();
    emit saved(done, outcome->value);
    accept();
  });
}

void RuleEditor::takeFailure(const client::Failure& failure) {
  save_->setEnabled(true);
  const auto errors = errorsOf(failure);
  form_->setErrors(errors);
  if (failure.status == 412 && failure.conflict) {
    save_->setEnabled(false);
    return conflict_->show(*failure.conflict);
  }
  QStringList parts;
  for (const auto& [path, message] : errors) parts << (path.empty() ? message : text(path) + ' ' + message);
  notice_->say(tr("Not saved: %1").arg(parts.isEmpty() ? failure.message() : parts.join("; ")), Tone::Bad);
}

// Their rule with what is yours in it: to be looked at, and saved upon their revision.
void RuleEditor::takeMerged(const api::EditConflict& conflict, const forms::Json& merged) {
  original_ = conflict.theirs.value_or(forms::Json::object());
  etag_ = client::etagOf(conflict.revision);
  form_->setValue(merged);
  // What stands in the raw JSON is older.
  showJson();
  tabs_->setCurrentIndex(0);
  save_->setEnabled(true);
}

void RuleEditor::test() {
  test_->setEnabled(false);
  result_->say(tr("Testing…"), Tone::Info);
  const auto request = client::post("/sync/test", api::TestInput{.rule = config(), .credentials = {}})
                           .within(client::kUpstreamAnswerTime);
  context_.connection.api().send<api::Page<api::UpstreamTest>>(
      request, this, [this](client::Outcome<api::Page<api::UpstreamTest>> outcome) {
        test_->setEnabled(true);
        if (!outcome) return result_->say(outcome.error().message(), Tone::Bad);
        QStringList lines;
        auto tone = Tone::Good;
        for (const auto& one : outcome->value.items) {
          const auto phrase = models::testResult(one);
          lines << phrase.text;
          if (!one.ok) tone = Tone::Bad;
        }
        result_->say(lines.join('\n'), tone);
      });
}

void RuleEditor::keyPressEvent(QKeyEvent* event) {
  // Return belongs to the field that is typed in: it does not save.
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return;
  QDialog::keyPressEvent(event);
}

void RuleEditor::reject() {
  if (!isChanged()) return QDialog::reject();
  widgets::confirm(this, tr("Leave with unsaved changes?"), tr("What you changed of this rule is lost."), tr("Leave"),
                   [this] { QDialog::reject(); });
}

}  // namespace console::screens
