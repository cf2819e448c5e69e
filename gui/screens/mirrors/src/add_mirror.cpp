#include "add_mirror.hpp"

#include <QButtonGroup>
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QStyle>
#include <QTimer>
#include <algorithm>

#include "console/models/format.hpp"
#include "console/models/words.hpp"
#include "console/widgets/theme.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using client::utf8;
using models::Tone;

constexpr int kPresetColumns = 3;

QStringList wordsIn(const QString& typed) {
  static const QRegularExpression kBetween(QStringLiteral("[\\s,]+"));
  return typed.split(kBetween, Qt::SkipEmptyParts);
}

QString memberText(const api::Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? text(found->get<std::string>()) : QString();
}

}  // namespace

AddMirror::AddMirror(const Context& context, QWidget* parent)
    : QDialog(parent),
      context_(context),
      choices_(new QButtonGroup(this)),
      grid_(new QGridLayout),
      scroll_(new QScrollArea),
      notice_(new widgets::Notice(this)),
      note_(new widgets::Notice(this)),
      result_(new widgets::Notice(this)),
      unwritable_(new widgets::Notice(this)),
      urls_(new QLineEdit),
      user_(new QLineEdit),
      password_(new QLineEdit),
      destination_(new QLineEdit),
      repositories_(new QLineEdit(QStringLiteral("**"))),
      tls_(new QCheckBox(tr("Verify the TLS certificate"))),
      login_(new QWidget),
      userHelp_(widgets::mutedLabel()),
      passwordHelp_(widgets::mutedLabel()),
      destinationHelp_(widgets::mutedLabel()),
      add_(new QPushButton(tr("Add mirror"))),
      test_(new QPushButton(tr("Test"))) {
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Add a mirror"));
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(widgets::mutedLabel(tr("Images of that registry are then pulled through this cache")));
  layout->addWidget(notice_);
  auto* inside = new QWidget;
  auto* fields = new QVBoxLayout(inside);
  addFields(fields);
  fields->addStretch(1);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setWidget(inside);
  layout->addWidget(scroll_, 1);
  layout->addWidget(result_);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  auto* all = buttons->addButton(tr("All settings"), QDialogButtonBox::ActionRole);
  buttons->addButton(test_, QDialogButtonBox::ActionRole);
  buttons->addButton(add_, QDialogButtonBox::AcceptRole);
  layout->addWidget(buttons);
  // Only now it is a button of this dialog.
  add_->setDefault(true);
  if (parent) resize(parent->width() / 2, parent->height());
  connect(buttons, &QDialogButtonBox::rejected, this, &AddMirror::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, &AddMirror::save);
  connect(test_, &QPushButton::clicked, this, &AddMirror::test);
  connect(all, &QPushButton::clicked, this, [this] {
    emit allSettings(rule());
    accept();
  });
  connect(choices_, &QButtonGroup::idClicked, this, [this](int id) { choose(presets_[static_cast<std::size_t>(id)]); });
  for (auto* one : {urls_, user_, password_, destination_, repositories_}) {
    connect(one, &QLineEdit::textEdited, this, &AddMirror::noteEdit);
    connect(one, &QLineEdit::textChanged, this, &AddMirror::showState);
  }
  connect(tls_, &QCheckBox::clicked, this, &AddMirror::noteEdit);
  readPresets();
  readCredentials();
  showState();
  urls_->setFocus();
}

void AddMirror::keepIn(DraftStore& drafts, const forms::Json& ruleSchema) {
  connect(&keepSoon_, &QTimer::timeout, this, [this, &drafts, ruleSchema] { keep(drafts, ruleSchema); });
  connect(this, &QDialog::finished, this, [this, &drafts] {
    keepSoon_.stop();
    drafts.drop();
  });
}

void AddMirror::noteEdit() {
  edited_ = true;
  keepSoon_.note();
}

// As the editor of a new rule keeps it, which goes on with it.
void AddMirror::keep(DraftStore& drafts, const forms::Json& ruleSchema) {
  drafts.keep({0, forms::Json::object(), forms::withoutSecrets(ruleSchema, rule(), forms::Json::object()),
               QDateTime::currentDateTimeUtc()});
}

void AddMirror::addFields(QVBoxLayout* into) {
  const auto add = [](QVBoxLayout* to, const QString& title, QLineEdit* edit, const char* name, QLabel* help) {
    auto* label = new QLabel(title);
    label->setBuddy(edit);
    edit->setObjectName(name);
    to->addWidget(label);
    to->addWidget(edit);
    to->addWidget(help);
  };
  into->addWidget(widgets::heading(tr("Registry")));
  into->addLayout(grid_);
  into->addWidget(note_);
  urls_->setPlaceholderText("https://registry.example.com");
  urls_->setFont(widgets::monoFont(urls_->font()));
  add(into, tr("UR&L"), urls_, "urls",
      widgets::mutedLabel(tr("Of the registry. Several, separated by spaces, are tried in order.")));
  into->addWidget(unwritable_);
  auto* login = new QVBoxLayout(login_);
  login->setContentsMargins(0, 0, 0, 0);
  add(login, tr("&User"), user_, "username", userHelp_);
  password_->setEchoMode(QLineEdit::Password);
  add(login, tr("&Password or token"), password_, "password", passwordHelp_);
  into->addWidget(login_);
  destination_->setPlaceholderText("/");
  destination_->setFont(widgets::monoFont(destination_->font()));
  add(into, tr("&Stored under"), destination_, "destination", destinationHelp_);
  repositories_->setFont(widgets::monoFont(repositories_->font()));
  add(into, tr("&Repositories"), repositories_, "repositories",
      widgets::mutedLabel(tr("Globs of names at the upstream, separated by spaces. **: all of them.")));
  tls_->setChecked(true);
  into->addWidget(tls_);
  into->addWidget(
      widgets::mutedLabel(tr("Images are fetched on demand, when somebody pulls them. Scheduled sync, tag filters, "
                             "retries and limits are under All settings.")));
}

void AddMirror::readPresets() {
  context_.connection.api().send<api::Page<api::Preset>>(
      client::get("/sync/presets"), this, [this](client::Outcome<api::Page<api::Preset>> outcome) {
        if (!outcome) return note_->say(outcome.error().message(), Tone::Bad);
        presets_ = std::move(outcome->value.items);
        for (int i = 0; i < static_cast<int>(presets_.size()); ++i) {
          auto* one = new QRadioButton(text(presets_[static_cast<std::size_t>(i)].title));
          choices_->addButton(one, i);
          grid_->addWidget(one, i / kPresetColumns, i % kPresetColumns);
        }
        // It scrolls downwards only. The layout shows what it was given a turn later.
        QTimer::singleShot(0, this, [this] {
          scroll_->setMinimumWidth(scroll_->widget()->minimumSizeHint().width() +
                                   style()->pixelMetric(QStyle::PM_ScrollBarExtent));
        });
      });
}

void AddMirror::readCredentials() {
  context_.connection.api().send<api::CredentialList>(client::get("/credentials"), this,
                                                      [this](client::Outcome<api::CredentialList> outcome) {
                                                        if (outcome) credentials_ = std::move(outcome->value);
                                                        showState();
                                                      });
}

void AddMirror::choose(const api::Preset& preset) {
  preset_ = preset;
  noteEdit();
  result_->clear();
  note_->say(text(preset.note.value_or("")), Tone::Info);
  QStringList urls;
  for (const auto& one : preset.urls) urls << text(one);
  urls_->setText(urls.join(' '));
  QStringList prefixes;
  for (const auto& one : preset.content) {
    const auto prefix = memberText(one, "prefix");
    prefixes << (prefix.isEmpty() ? QStringLiteral("**") : prefix);
  }
  repositories_->setText(prefixes.isEmpty() ? QStringLiteral("**") : prefixes.join(' '));
  destination_->setText(preset.content.empty() ? QString() : memberText(preset.content.front(), "destination"));
  showState();
}

api::Json AddMirror::rule() const {
  api::Json rule{{"onDemand", true}};
  if (preset_) rule.update(preset_->rule);
  rule["urls"] = api::Json::array();
  for (const auto& one : wordsIn(urls_->text())) rule["urls"].push_back(utf8(one));
  rule["content"] = api::Json::array();
  const auto destination = destination_->text().trimmed();
  for (const auto& one : wordsIn(repositories_->text())) {
    api::Json content{{"prefix", utf8(one)}};
    if (!destination.isEmpty()) content["destination"] = utf8(destination);
    rule["content"].push_back(std::move(content));
  }
  if (!tls_->isChecked()) rule["tlsVerify"] = false;
  return rule;
}

// As the credentials' file names a host: docker.io, or host[:port] of the URL.
QString AddMirror::host() const {
  const auto urls = wordsIn(urls_->text());
  const QUrl url(urls.value(0), QUrl::StrictMode);
  if (!url.isValid() || url.host().isEmpty()) return {};
  const auto name = url.host();
  if (name == "docker.io" || name.endsWith(".docker.io")) return QStringLiteral("docker.io");
  return url.port() < 0 ? name : QStringLiteral("%1:%2").arg(name).arg(url.port());
}

const api::CredentialHost* AddMirror::stored() const {
  if (!credentials_) return nullptr;
  const auto found = std::ranges::find(credentials_->items, utf8(host()), &api::CredentialHost::host);
  return found == credentials_->items.end() ? nullptr : &*found;
}

std::optional<api::NewCredential> AddMirror::credentials() const {
  if (login_->isHidden() || user_->text().isEmpty() || password_->text().isEmpty()) return std::nullopt;
  return api::NewCredential{utf8(user_->text()), utf8(password_->text())};
}

void AddMirror::showState() {
  const auto whose = preset_ ? preset_->credentials : api::PresetCredentials::Optional;
  const bool wanted = whose != api::PresetCredentials::None;
  const bool writable = !credentials_ || credentials_->editable;
  login_->setVisible(wanted && writable);
  unwritable_->clear();
  if (wanted && !writable) {
    unwritable_->say(tr("Credentials cannot be stored here, so this registry is asked anonymously. %1")
                         .arg(text(credentials_->reason.value_or("Set extensions.sync.credentialsFile."))),
                     whose == api::PresetCredentials::Needed ? Tone::Warn : Tone::Info);
  }
  if (const auto* known = stored()) {
    userHelp_->setText(
        tr("Empty: the stored login of %1 is used. What you enter replaces it.").arg(text(known->username)));
  } else {
    userHelp_->setText(whose == api::PresetCredentials::Needed ? tr("This registry answers only to logged-in users.")
                                                               : tr("Empty: anonymous."));
  }
  const auto at = host();
  passwordHelp_->setText(at.isEmpty() ? tr("Stored with the mirror, never shown again.")
                                      : tr("Stored for %1 with the mirror, never shown again.").arg(at));
  const auto example =
      preset_ && text(preset_->id).startsWith("docker") ? QStringLiteral("library/alpine") : QStringLiteral("team/app");
  static const QRegularExpression kSlashes(QStringLiteral("^/+|/+$"));
  const auto base = destination_->text().trimmed().remove(kSlashes);
  destinationHelp_->setText(
      tr("%1 is listed here as %2")
          .arg((at.isEmpty() ? tr("registry") : at) + '/' + example, base.isEmpty() ? example : base + '/' + example));
  const auto urls = wordsIn(urls_->text());
  const bool plain = std::ranges::any_of(urls, [](const auto& one) { return one.startsWith("http:"); });
  tls_->setVisible(!plain);
  add_->setEnabled(!urls.isEmpty());
  test_->setEnabled(!urls.isEmpty());
  test_->setText(credentials() ? tr("Test with these credentials") : tr("Test"));
}

void AddMirror::test() {
  test_->setEnabled(false);
  result_->say(tr("Testing…"), Tone::Info);
  const auto request = client::post("/sync/test", api::TestInput{.rule = rule(), .credentials = credentials()})
                           .within(client::kUpstreamAnswerTime);
  context_.connection.api().send<api::Page<api::UpstreamTest>>(
      request, this, [this](client::Outcome<api::Page<api::UpstreamTest>> outcome) {
        showState();
        if (!outcome) return result_->say(outcome.error().message(), Tone::Bad);
        QStringList lines;
        auto tone = Tone::Good;
        for (const auto& one : outcome->value.items) {
          lines << models::testResult(one).text;
          if (!one.ok) tone = Tone::Bad;
        }
        result_->say(lines.join('\n'), tone);
      });
}

void AddMirror::save() {
  add_->setEnabled(false);
  notice_->clear();
  const auto login = credentials();
  if (!login) return add();
  auto request = client::put("/credentials/" + client::segment(host()), *login);
  // Upon what this sheet has shown: nobody else's are replaced unseen.
  if (const auto* known = stored()) request.match('"' + QByteArray::fromStdString(known->etag) + '"');
  context_.connection.api().send<client::Nothing>(request, this, [this](client::Outcome<client::Nothing> outcome) {
    if (outcome) return add();
    notSaved(outcome.error());
    readCredentials();
  });
}

void AddMirror::add() {
  context_.connection.api().send<api::RuleSaved>(
      client::post("/sync/rules", rule()), this, [this](client::Outcome<api::RuleSaved> outcome) {
        if (!outcome) return notSaved(outcome.error());
        edited_ = false;
        emit saved(credentials() ? tr("Mirror added, with credentials for %1").arg(host()) : tr("Mirror added"),
                   outcome->value);
        accept();
      });
}

void AddMirror::notSaved(const client::Failure& failure) {
  showState();
  static const QRegularExpression kRule(QStringLiteral("^extensions\\.sync\\.registries\\[\\d+\\]\\.?"));
  QStringList parts;
  for (const auto& one : failure.errors) {
    parts << (text(one.path).remove(kRule) + ' ' + client::withHint(one)).trimmed();
  }
  notice_->say(tr("Not saved: %1").arg(parts.isEmpty() ? failure.message() : parts.join("; ")), Tone::Bad);
}

void AddMirror::reject() {
  if (!edited_) return QDialog::reject();
  widgets::confirm(this, tr("Leave with unsaved changes?"), tr("What you entered for this mirror is lost."),
                   tr("Leave"), [this] { QDialog::reject(); });
}

}  // namespace console::screens
