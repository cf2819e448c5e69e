#include "console/screens/nodes.hpp"

#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSaveFile>
#include <QScrollArea>
#include <QTimer>

#include "console/client/worker.hpp"
#include "console/models/format.hpp"
#include "console/widgets/facts.hpp"
#include "console/widgets/theme.hpp"
#include "larder/apitypes/node_setup.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using client::text;
using models::Tone;

constexpr int kLookEveryMs = 3000;
constexpr int kAskAfterMs = 300;

class NodeSetup : public Screen {
 public:
  explicit NodeSetup(const Context& context);

  void refresh() override;

 private:
  QWidget* makeSettings();
  QWidget* makeCheck();
  void showLogin(bool needed);
  void take(const api::NodeSetup& setup);
  void saveAs(const QString& path, const QString& content);
  void look();
  void takeCheck(const api::NodeCheck& check);

  widgets::Segments* client_;
  QLineEdit *address_, *login_;
  QPlainTextEdit* registries_;
  QLabel *loginTitle_, *loginHelp_;
  widgets::Notice* notice_;
  QScrollArea* scroll_;
  widgets::Pill* state_;
  QLabel *checked_, *lastPull_;
  QDateTime opened_ = QDateTime::currentDateTimeUtc();
  QPointer<client::Call> reading_;
  QTimer askSoon_, lookAgain_;
};

NodeSetup::NodeSetup(const Context& context)
    : Screen(context),
      client_(new widgets::Segments(tr("Client"), {{"containerd", QStringLiteral("containerd")},
                                                   {"kubernetes", QStringLiteral("Kubernetes")},
                                                   {"crio", QStringLiteral("CRI-O")},
                                                   {"podman", QStringLiteral("Podman")},
                                                   {"docker", QStringLiteral("Docker")}})),
      address_(new QLineEdit),
      login_(new QLineEdit),
      registries_(new QPlainTextEdit),
      loginTitle_(new QLabel(tr("&Log in as"))),
      loginHelp_(widgets::mutedLabel()),
      notice_(new widgets::Notice(this)),
      scroll_(new QScrollArea),
      state_(new widgets::Pill(tr("waiting"), Tone::Unknown)),
      checked_(widgets::plainLabel()),
      lastPull_(widgets::plainLabel()) {
  auto* layout = new QVBoxLayout(this);
  layout->addLayout(widgets::row({client_, nullptr}));
  layout->addWidget(notice_);
  auto* beside = new QHBoxLayout;
  layout->addLayout(beside, 1);
  auto* left = new QVBoxLayout;
  left->addWidget(makeSettings());
  left->addWidget(makeCheck());
  left->addStretch(1);
  beside->addLayout(left, 1);
  auto* steps = new widgets::Panel(tr("On each node"));
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  steps->body()->addWidget(scroll_);
  beside->addWidget(steps, 2);
  askSoon_.setSingleShot(true);
  askSoon_.setInterval(kAskAfterMs);
  const auto soon = qOverload<>(&QTimer::start);
  connect(&askSoon_, &QTimer::timeout, this, &NodeSetup::refresh);
  connect(client_, &widgets::Segments::chosen, this, &NodeSetup::refresh);
  connect(address_, &QLineEdit::textEdited, &askSoon_, soon);
  connect(login_, &QLineEdit::textEdited, &askSoon_, soon);
  connect(registries_, &QPlainTextEdit::textChanged, &askSoon_, soon);
  connect(&lookAgain_, &QTimer::timeout, this, [this] {
    if (isVisible()) look();
  });
  lookAgain_.start(kLookEveryMs);
  refresh();
  look();
}

QWidget* NodeSetup::makeSettings() {
  auto* panel = new widgets::Panel(tr("Settings"));
  auto* inside = panel->body();
  inside->setContentsMargins(11, 0, 11, 10);
  const auto add = [inside](QLabel* title, QWidget* control, QLabel* help) {
    title->setBuddy(control);
    for (QWidget* one : {static_cast<QWidget*>(title), control, static_cast<QWidget*>(help)}) inside->addWidget(one);
  };
  add(new QLabel(tr("&Address of this cache")), address_,
      widgets::mutedLabel(tr(
          "The address nodes use to reach it. Leave empty for http.externalUrl or the address of this connection.")));
  registries_->setFont(widgets::monoFont(registries_->font()));
  registries_->setPlaceholderText("docker.io\nghcr.io");
  registries_->setTabChangesFocus(true);
  registries_->setFixedHeight(registries_->fontMetrics().lineSpacing() * 5);
  add(new QLabel(tr("&Registries to mirror")), registries_,
      widgets::mutedLabel(tr("One per line. Leave empty for those in the mirror rules.")));
  login_->setPlaceholderText("node");
  add(loginTitle_, login_, loginHelp_);
  showLogin(false);
  return panel;
}

void NodeSetup::showLogin(bool needed) {
  for (QWidget* one :
       {static_cast<QWidget*>(loginTitle_), static_cast<QWidget*>(login_), static_cast<QWidget*>(loginHelp_)}) {
    one->setVisible(needed);
  }
}

QWidget* NodeSetup::makeCheck() {
  auto* panel = new widgets::Panel(tr("Did it work?"));
  auto* inside = panel->body();
  inside->setContentsMargins(11, 0, 11, 10);
  inside->addLayout(widgets::row({state_, nullptr}));
  inside->addWidget(checked_);
  inside->addWidget(lastPull_);
  return panel;
}

void NodeSetup::refresh() {
  static const QRegularExpression kBetween("[\\s,]+");
  auto request = client::get("/node-setup");
  request.with("client", client_->value())
      .with("address", address_->text().trimmed())
      .with("login", login_->text().trimmed());
  for (const auto& one : registries_->toPlainText().split(kBetween, Qt::SkipEmptyParts)) request.with("registry", one);
  if (reading_) reading_->cancel();
  reading_ = api().send<api::NodeSetup>(request, this, [this](client::Outcome<api::NodeSetup> outcome) {
    if (!outcome) return notice_->say(outcome.error().message(), Tone::Bad);
    notice_->clear();
    take(outcome->value);
  });
}

void NodeSetup::take(const api::NodeSetup& setup) {
  address_->setPlaceholderText(text(setup.address));
  loginHelp_->setText(tr("Pulls need a login here. %1").arg(text(setup.credentials.without.value_or(""))));
  showLogin(setup.credentials.needed);
  auto* inside = new QWidget;
  auto* stack = new QVBoxLayout(inside);
  for (const auto& note : setup.notes) {
    auto* notice = new widgets::Notice(inside);
    notice->say(text(note), Tone::Info);
    stack->addWidget(notice);
  }
  int number = 1;
  for (const auto& step : setup.steps) {
    stack->addWidget(widgets::heading(tr("%1. %2").arg(number++).arg(text(step.title))));
    if (step.why) stack->addWidget(widgets::mutedLabel(text(*step.why)));
    for (const auto& file : step.files) {
      stack->addWidget(new widgets::CodeBlock(text(file.path), text(file.content).trimmed()));
      auto* save = new QPushButton(tr("Save as…"));
      save->setAccessibleName(tr("Save %1 as…").arg(text(file.path)));
      connect(save, &QPushButton::clicked, this, [this, file] { saveAs(text(file.path), text(file.content)); });
      stack->addLayout(widgets::row({save, nullptr}));
    }
    QStringList commands;
    for (const auto& one : step.commands) commands << text(one);
    if (!commands.isEmpty()) stack->addWidget(new widgets::CodeBlock(tr("Run"), commands.join('\n')));
  }
  stack->addStretch(1);
  scroll_->setWidget(inside);
}

// `path` is where the file belongs on a node; here only its name counts.
void NodeSetup::saveAs(const QString& path, const QString& content) {
  auto* dialog = new QFileDialog(this, tr("Save %1").arg(path));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->selectFile(QFileInfo(path).fileName());
  connect(dialog, &QFileDialog::fileSelected, this, [this, content](const QString& to) {
    client::onWorker(
        this,
        [to, bytes = content.toUtf8()] {
          QSaveFile file(to);
          file.setDirectWriteFallback(true);
          if (file.open(QIODevice::WriteOnly)) file.write(bytes);
          return file.commit() ? QString() : file.errorString();
        },
        [this, to](const QString& failure) {
          if (failure.isEmpty()) return shell().say(tr("Saved as %1").arg(to), Tone::Good);
          shell().say(tr("%1 could not be written: %2").arg(to, failure), Tone::Bad);
        });
  });
  dialog->open();
}

void NodeSetup::look() {
  api().send<api::NodeCheck>(client::get("/node-setup/check"), this, [this](client::Outcome<api::NodeCheck> outcome) {
    if (outcome) return takeCheck(outcome->value);
    state_->set(tr("not known"), Tone::Unknown);
    checked_->setText(outcome.error().message());
  });
}

void NodeSetup::takeCheck(const api::NodeCheck& check) {
  const auto& pull = check.lastPull;
  const bool fresh = pull && models::local(pull->at) >= opened_;
  state_->set(fresh ? tr("it works") : tr("waiting"), fresh ? Tone::Good : Tone::Unknown);
  checked_->setText(fresh ? QString() : tr("Pull any image on the node. This screen sees it within seconds."));
  checked_->setVisible(!fresh);
  if (!pull) return lastPull_->setText(tr("No node has pulled through this cache yet."));
  const auto who = pull->user.empty() ? tr("without login") : tr("as user %1").arg(text(pull->user));
  lastPull_->setText((fresh ? tr("A pull from %1 reached this daemon %2 %3: %4")
                            : tr("Before that, a pull from %1 reached this daemon %2 %3: %4"))
                         .arg(text(pull->client), models::relative(pull->at), who, text(pull->repository)));
  lastPull_->setToolTip(models::absolute(pull->at));
}

}  // namespace

Screen* makeNodeSetup(const Context& context) {
  return new NodeSetup(context);
}

}  // namespace console::screens
