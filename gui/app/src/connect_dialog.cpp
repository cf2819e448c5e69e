#include "connect_dialog.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QFormLayout>
#include <QGridLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QUrl>

#include "console/desktop/secrets.hpp"
#include "console/widgets/theme.hpp"
#include "profile_transfer.hpp"

namespace console::app {
namespace {

using models::Tone;

constexpr qint64 kMostCertificateBytes = 1024 * 1024;
constexpr int kMostPort = 65535;

}  // namespace

ConnectDialog::ConnectDialog(desktop::Profiles& profiles, QWidget* parent)
    : QDialog(parent),
      profiles_(profiles),
      list_(new QListWidget),
      form_(new QFormLayout),
      kind_(new QComboBox),
      kubeContext_(new QLineEdit),
      kubeNamespace_(new QLineEdit),
      kubeTarget_(new QLineEdit),
      kubePort_(new QSpinBox),
      kubeTls_(new QCheckBox(tr("The server has TLS"))),
      name_(new QLineEdit),
      group_(new QLineEdit),
      url_(new QLineEdit),
      user_(new QLineEdit),
      password_(new QLineEdit),
      color_(new QComboBox),
      keep_(new QCheckBox(tr("Keep the password in the system's keychain"))),
      production_(new QCheckBox(tr("Production: type the profile's name before deleting anything"))),
      readOnly_(new QCheckBox(tr("Read-only: never send changes"))),
      test_(new QPushButton(tr("Test"))),
      remove_(new QPushButton(tr("Remove"))),
      stages_(new QGridLayout),
      notice_(new widgets::Notice(this)) {
  setWindowTitle(tr("Connections"));
  setAttribute(Qt::WA_DeleteOnClose);
  auto* layout = new QHBoxLayout(this);
  auto* left = new QVBoxLayout;
  list_->setAccessibleName(tr("Known servers"));
  list_->setMaximumWidth(200);
  left->addWidget(list_, 1);
  auto* fresh = new QPushButton(tr("New"));
  left->addLayout(widgets::row({fresh, remove_}));
  auto* takeIn = new QPushButton(tr("Import…"));
  auto* giveOut = new QPushButton(tr("Export…"));
  left->addLayout(widgets::row({takeIn, giveOut}));
  layout->addLayout(left);

  auto* right = new QVBoxLayout;
  auto* form = form_;
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  url_->setPlaceholderText("https://cache.example.com:5000");
  name_->setPlaceholderText(tr("same as the address"));
  group_->setPlaceholderText(tr("none"));
  user_->setPlaceholderText(tr("none: anonymous"));
  password_->setEchoMode(QLineEdit::Password);
  auto* certificate = new QPushButton(tr("Trust a CA…"));
  kind_->addItem(tr("Directly, at its address"));
  kind_->addItem(tr("Through kubectl port-forward"));
  kubeContext_->setPlaceholderText(tr("kubectl's own"));
  kubeNamespace_->setPlaceholderText(tr("the context's"));
  kubeTarget_->setPlaceholderText("svc/larder");
  kubePort_->setRange(1, kMostPort);
  form->addRow(tr("&Reach it"), kind_);
  form->addRow(tr("&Address"), url_);
  form->addRow(tr("&Context"), kubeContext_);
  form->addRow(tr("Na&mespace"), kubeNamespace_);
  form->addRow(tr("&Target"), kubeTarget_);
  form->addRow(tr("P&ort there"), kubePort_);
  form->addRow(QString(), kubeTls_);
  connect(kind_, &QComboBox::currentIndexChanged, this, &ConnectDialog::showKind);
  form->addRow(tr("&Name"), name_);
  const auto size = color_->iconSize();
  int color = 0;
  // As widgets::seriesColor() counts.
  for (const auto& name : {tr("Blue"), tr("Orange"), tr("Green"), tr("Pink"), tr("Olive"), tr("Violet")}) {
    QPixmap swatch(size);
    swatch.fill(widgets::seriesColor(color++, palette()));
    color_->addItem(swatch, name);
  }
  color_->setAccessibleName(tr("Colour of the group"));
  connect(group_, &QLineEdit::textChanged, this, &ConnectDialog::showColor);
  auto* group = new QHBoxLayout;
  group->addWidget(group_, 1);
  group->addWidget(color_);
  form->addRow(tr("&Group"), group);
  qobject_cast<QLabel*>(form->labelForField(group))->setBuddy(group_);
  form->addRow(tr("&User"), user_);
  form->addRow(tr("&Password"), password_);
  form->addRow(QString(), keep_);
  form->addRow(QString(), production_);
  form->addRow(QString(), readOnly_);
  right->addLayout(form);
  right->addWidget(notice_);
  right->addLayout(stages_);
  right->addStretch(1);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  auto* connectButton = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
  buttons->addButton(test_, QDialogButtonBox::ActionRole);
  buttons->addButton(certificate, QDialogButtonBox::ActionRole);
  right->addWidget(buttons);
  layout->addLayout(right, 1);
  // Only now it is a button of this dialog.
  connectButton->setDefault(true);
  resize(760, 480);

  connect(fresh, &QPushButton::clicked, this, [this] { beginWith({}); });
  connect(giveOut, &QPushButton::clicked, this, [this] {
    exportProfiles(profiles_, this, [this](const QString& text, Tone tone) { notice_->say(text, tone); });
  });
  connect(takeIn, &QPushButton::clicked, this, [this] {
    importProfiles(profiles_, this, [this](const QString& text, Tone tone) {
      fillList(name_->text());
      notice_->say(text, tone);
    });
  });
  connect(remove_, &QPushButton::clicked, this, [this] {
    const auto name = name_->text();
    widgets::confirm(this, tr("Remove %1?").arg(name),
                     tr("Its password is taken out of the keychain. The server is not touched."), tr("Remove"),
                     [this, name] {
                       profiles_.remove(name);
                       desktop::forgetSecret(name);
                       fillList({});
                     });
  });
  connect(list_, &QListWidget::currentTextChanged, this, [this](const QString& name) {
    if (const auto profile = profiles_.find(name)) show(*profile);
  });
  connect(list_, &QListWidget::itemActivated, this, &ConnectDialog::saveAndConnect);
  connect(test_, &QPushButton::clicked, this, [this] { test({}); });
  connect(certificate, &QPushButton::clicked, this, &ConnectDialog::loadCertificate);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, &ConnectDialog::saveAndConnect);
  fillList(profiles_.lastUsed());
  url_->setFocus();
}

void ConnectDialog::beginWith(const QString& address) {
  list_->clearSelection();
  show({});
  url_->setText(address);
  url_->setFocus();
}

void ConnectDialog::fillList(const QString& select) {
  list_->clear();
  for (const auto& one : profiles_.all()) list_->addItem(one.name);
  const auto found = list_->findItems(select, Qt::MatchExactly);
  if (!found.isEmpty()) {
    list_->setCurrentItem(found.front());
  } else if (list_->count() > 0) {
    list_->setCurrentRow(0);
  } else {
    show({});
  }
}

void ConnectDialog::show(const desktop::Profile& profile) {
  name_->setText(profile.name);
  group_->setText(profile.group);
  showColor();
  kind_->setCurrentIndex(profile.forward.isSet() ? 1 : 0);
  url_->setText(profile.forward.isSet() ? QString() : profile.url);
  kubeContext_->setText(profile.forward.context);
  kubeNamespace_->setText(profile.forward.space);
  kubeTarget_->setText(profile.forward.target);
  kubePort_->setValue(profile.forward.port);
  kubeTls_->setChecked(profile.url.startsWith("https:"));
  showKind();
  user_->setText(profile.user);
  password_->clear();
  password_->setPlaceholderText(profile.name.isEmpty() ? QString() : tr("from the keychain, or asked for"));
  keep_->setChecked(profile.keepPassword);
  production_->setChecked(profile.production);
  readOnly_->setChecked(profile.readOnly);
  pinned_ = profile.pinnedSha256;
  ca_ = profile.caCertificate;
  remove_->setEnabled(profiles_.find(profile.name).has_value());
  notice_->clear();
}

desktop::Profile ConnectDialog::typed() const {
  desktop::Profile profile;
  profile.url = url_->text().trimmed();
  profile.name = name_->text().trimmed();
  if (isForwarded()) {
    profile.forward = {.context = kubeContext_->text().trimmed(),
                       .space = kubeNamespace_->text().trimmed(),
                       .target = kubeTarget_->text().trimmed(),
                       .port = static_cast<quint16>(kubePort_->value())};
    profile.url = kubeTls_->isChecked() ? QStringLiteral("https://127.0.0.1") : QStringLiteral("http://127.0.0.1");
    if (profile.name.isEmpty()) {
      profile.name = QStringList{profile.forward.target, profile.forward.space, profile.forward.context}
                         .filter(QRegularExpression(QStringLiteral(".")))
                         .join(" · ");
    }
  }
  if (profile.name.isEmpty()) {
    if (const auto url = client::parseServerUrl(profile.url)) profile.name = url->authority() + client::prefixOf(*url);
  }
  profile.group = group_->text().trimmed();
  profile.user = user_->text().trimmed();
  profile.keepPassword = keep_->isChecked();
  profile.production = production_->isChecked();
  profile.readOnly = readOnly_->isChecked();
  profile.pinnedSha256 = pinned_;
  profile.caCertificate = ca_;
  return profile;
}

bool ConnectDialog::isForwarded() const {
  return kind_->currentIndex() == 1;
}

// There is none without a group.
void ConnectDialog::showColor() {
  const auto group = group_->text().trimmed();
  color_->setEnabled(!group.isEmpty());
  color_->setCurrentIndex(std::max(0, profiles_.colorOf(group)) % color_->count());
}

void ConnectDialog::showKind() {
  const bool forwarded = isForwarded();
  form_->setRowVisible(url_, !forwarded);
  for (QWidget* one :
       {static_cast<QWidget*>(kubeContext_), static_cast<QWidget*>(kubeNamespace_), static_cast<QWidget*>(kubeTarget_),
        static_cast<QWidget*>(kubePort_), static_cast<QWidget*>(kubeTls_)}) {
    form_->setRowVisible(one, forwarded);
  }
}

bool ConnectDialog::check() {
  if (isForwarded()) {
    if (!kubeTarget_->text().trimmed().isEmpty()) return true;
    notice_->say(tr("The target is what kubectl forwards to: svc/larder, deployment/larder, pod/larder-0."), Tone::Bad);
    kubeTarget_->setFocus();
    return false;
  }
  if (client::parseServerUrl(url_->text())) return true;
  notice_->say(tr("The address is a host with its port, or a URL: cache:5000, https://cache.example.com"), Tone::Bad);
  url_->setFocus();
  return false;
}

void ConnectDialog::test(std::function<void()> passed) {
  if (!check()) return;
  delete probe_;
  while (auto* item = stages_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  notice_->clear();
  test_->setEnabled(false);
  const auto profile = typed();
  forward_.reset();
  if (!profile.forward.isSet()) return probe(profile.endpoint(), std::move(passed));
  forward_ = std::make_unique<desktop::PortForward>(profile.forward);
  connect(forward_.get(), &desktop::PortForward::stateChanged, this, [this, profile, passed = std::move(passed)] {
    if (forward_->state() == desktop::PortForward::State::Running) {
      if (!probe_) probe(profile.endpoint(forward_->port()), passed);
    } else if (!probe_) {
      notice_->say(forward_->trouble(), Tone::Bad);
      test_->setEnabled(true);
      // It would try again.
      forward_.release()->deleteLater();
    }
  });
  forward_->start();
}

void ConnectDialog::probe(const client::Endpoint& endpoint, std::function<void()> passed) {
  probe_ =
      new client::Probe(endpoint, {.user = user_->text().trimmed(), .password = password_->text(), .token = {}}, this);
  connect(probe_, &client::Probe::stage, this, &ConnectDialog::showStage);
  connect(probe_, &client::Probe::untrusted, this, &ConnectDialog::offerPinning);
  connect(probe_, &client::Probe::finished, this, [this, passed = std::move(passed)](bool good) {
    test_->setEnabled(true);
    forward_.reset();
    if (good && passed) passed();
  });
  probe_->start();
}

void ConnectDialog::showStage(client::Probe::Stage stage, client::Probe::Result result, const QString& text) {
  using client::Probe;
  static const QHash<Probe::Stage, const char*> kNames{{Probe::Stage::Name, QT_TR_NOOP("Name")},
                                                       {Probe::Stage::Tcp, QT_TR_NOOP("TCP")},
                                                       {Probe::Stage::Tls, QT_TR_NOOP("TLS")},
                                                       {Probe::Stage::Login, QT_TR_NOOP("Log-in")},
                                                       {Probe::Stage::Version, QT_TR_NOOP("Version")}};
  const auto tone = result == Probe::Result::Passed   ? Tone::Good
                    : result == Probe::Result::Failed ? Tone::Bad
                                                      : Tone::Unknown;
  const int line = stages_->rowCount();
  stages_->addWidget(new widgets::Pill(tr(kNames.value(stage)), tone), line, 0);
  stages_->addWidget(widgets::plainLabel(text), line, 1);
  stages_->setColumnStretch(1, 1);
}

void ConnectDialog::offerPinning(const client::UntrustedCertificate& certificate) {
  const auto fingerprint = QString::fromLatin1(certificate.sha256.toHex(':')).toUpper();
  notice_->say(
      tr("Nobody that this system trusts vouches for this certificate. Compare its fingerprint with that of the "
         "server before you trust it.\nFor %1, from %2, valid until %3.\nSHA-256 %4")
          .arg(certificate.subject, certificate.issuer, certificate.validUntil, fingerprint),
      Tone::Warn);
  notice_->offer(tr("Trust it"), [this, sha256 = certificate.sha256] {
    pinned_ = sha256;
    test({});
  });
}

void ConnectDialog::loadCertificate() {
  auto* dialog = new QFileDialog(this, tr("Certificate of a CA"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setNameFilters({tr("Certificates (*.pem *.crt *.cer)"), tr("All files (*)")});
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
    QFile file(path);
    const auto content = file.open(QIODevice::ReadOnly) ? file.read(kMostCertificateBytes) : QByteArray();
    const auto found = QSslCertificate::fromData(content, QSsl::Pem);
    if (found.isEmpty()) {
      notice_->say(tr("%1 holds no certificate in PEM.").arg(path), Tone::Bad);
      return;
    }
    ca_ = content;
    notice_->say(tr("Trusted for this connection: %1").arg(found.front().subjectDisplayName()), Tone::Good);
  });
  dialog->open();
}

void ConnectDialog::saveAndConnect() {
  if (!check()) return;
  const auto profile = typed();
  profiles_.save(profile);
  if (color_->currentIndex() != profiles_.colorOf(profile.group)) {
    profiles_.setColor(profile.group, color_->currentIndex());
  }
  emit chosen(profile, password_->text());
  accept();
}

}  // namespace console::app
