#include "console/screens/config_file.hpp"

#include <QCloseEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QPushButton>
#include <QSaveFile>
#include <QTabWidget>
#include <QTimer>
#include <optional>

#include "console/client/worker.hpp"
#include "console/forms/check.hpp"
#include "console/models/format.hpp"
#include "console/widgets/theme.hpp"
#include "edited.hpp"
#include "findings.hpp"
#include "larder/core/json.hpp"
#include "settings.hpp"

namespace console::screens {
namespace {

using models::Tone;

constexpr qint64 kMostFileBytes = 4 * 1024 * 1024;
constexpr int kComplainAfterMs = 300;

// What a worker made of a file.
struct Reading {
  std::optional<forms::Json> value;
  QString trouble;
};

Reading readConfig(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    return {std::nullopt, ConfigFile::tr("%1 cannot be read: %2").arg(path, file.errorString())};
  }
  const auto content = file.read(kMostFileBytes + 1);
  if (content.size() > kMostFileBytes) {
    return {std::nullopt, ConfigFile::tr("%1 is longer than 4 MiB: this is no configuration.").arg(path)};
  }
  auto parsed = larder::core::parseOrderedJson({content.constData(), static_cast<std::size_t>(content.size())});
  if (!parsed) return {std::nullopt, ConfigFile::tr("%1: %2").arg(path, models::text(parsed.error().message))};
  if (!parsed->is_object()) return {std::nullopt, ConfigFile::tr("%1: a configuration is a JSON object.").arg(path)};
  return {std::move(*parsed), {}};
}

}  // namespace

class FileDraft : public Edited {
 public:
  FileDraft() {
    soon_.setSingleShot(true);
    soon_.setInterval(kComplainAfterMs);
    connect(&soon_, &QTimer::timeout, this, [this] {
      errors_ = forms::complaintsOf(forms::ownSchema(), forms::tidy(value_));
      emit checked();
    });
  }

  void setWritten(const forms::Json& value) {
    written_ = value;
    value_ = value;
    emit changed();
    soon_.start();
  }
  // What was written is what was edited then; it may have been edited since.
  void setSaved(const forms::Json& value) {
    written_ = value;
    emit changed();
  }
  void replace(const forms::Json& value) override {
    if (!written_) return;
    value_ = value;
    emit changed();
    soon_.start();
  }
  bool isOpen() const { return written_.has_value(); }
  bool isChanged() const override { return written_ && !forms::equal(*written_, forms::tidy(value_)); }
  std::vector<larder::apitypes::InputError> errors() const override { return errors_; }

 private:
  std::optional<forms::Json> written_;
  std::vector<larder::apitypes::InputError> errors_;
  QTimer soon_;
};

ConfigFile::ConfigFile(QWidget* parent)
    : QWidget(parent, Qt::Window),
      draft_(std::make_unique<FileDraft>()),
      trouble_(new widgets::Notice(this)),
      findings_(new widgets::Notice(this)),
      name_(widgets::plainLabel({}, true)),
      editors_(nullptr),
      json_(new ConfigJson(*draft_, true)),
      save_(new QPushButton(tr("Save"))),
      saveAs_(new QPushButton(tr("Save as…"))),
      offer_(new QPushButton(tr("Push to a server"))),
      servers_(new QMenu(this)) {
  setAttribute(Qt::WA_DeleteOnClose);
  name_->setWordWrap(false);
  auto* layout = new QVBoxLayout(this);
  layout->addLayout(widgets::row({name_, nullptr, save_, saveAs_, offer_}));
  layout->addWidget(trouble_);
  layout->addWidget(findings_);
  auto* tabs = new QTabWidget;
  tabs->setDocumentMode(true);
  auto* settings = new Settings(*draft_, true);
  settings->setSchema(forms::ownSchema());
  tabs->addTab(settings, tr("Settings"));
  tabs->addTab(json_, tr("JSON"));
  editors_ = tabs;
  layout->addWidget(tabs, 1);
  layout->addWidget(widgets::mutedLabel(
      tr("Checked against the schema of this console. A server checks more before anything is saved there: paths, "
         "references, certificates.")));
  if (parent) resize(parent->size() * 4 / 5);
  save_->setShortcut(QKeySequence::Save);
  saveAs_->setShortcut(QKeySequence::SaveAs);
  offer_->setMenu(servers_);
  connect(save_, &QPushButton::clicked, this, &ConfigFile::save);
  connect(saveAs_, &QPushButton::clicked, this, &ConfigFile::saveAs);
  connect(draft_.get(), &Edited::changed, this, &ConfigFile::showState);
  connect(draft_.get(), &Edited::checked, this, &ConfigFile::showState);
  setServers({});
  showState();
}

ConfigFile::~ConfigFile() {
  // They edit it as long as they live.
  delete editors_;
}

void ConfigFile::open(const QString& path) {
  name_->setText(path);
  const auto mine = ++reading_;
  client::onWorker(
      this, [path] { return readConfig(path); },
      [this, path, mine](const Reading& reading) {
        if (mine == reading_) take(path, reading.value, reading.trouble);
      });
}

void ConfigFile::take(const QString& path, const std::optional<forms::Json>& value, const QString& trouble) {
  trouble_->say(trouble, Tone::Bad);
  if (!value) return;
  path_ = path;
  draft_->setWritten(*value);
  emit opened();
}

bool ConfigFile::isOpen() const {
  return draft_->isOpen();
}

const forms::Json& ConfigFile::value() const {
  return draft_->value();
}

void ConfigFile::replace(const forms::Json& value) {
  draft_->replace(value);
}

QString ConfigFile::unsaved() const {
  return draft_->isChanged() || json_->isBroken() ? path_ : QString();
}

void ConfigFile::save() {
  if (isOpen()) write(path_);
}

void ConfigFile::saveAs() {
  if (!isOpen()) return;
  auto* dialog = new QFileDialog(this, tr("Save the configuration"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->selectFile(path_);
  connect(dialog, &QFileDialog::fileSelected, this, &ConfigFile::write);
  dialog->open();
}

void ConfigFile::write(const QString& path) {
  if (writing_ || json_->isBroken()) return;
  writing_ = true;
  showState();
  const auto value = forms::tidy(draft_->value());
  client::onWorker(
      this,
      [path, content = models::utf8(models::text(value.dump(2, ' ', false, forms::Json::error_handler_t::replace)))] {
        QSaveFile file(path);
        // For a directory where no other file may be created.
        file.setDirectWriteFallback(true);
        if (file.open(QIODevice::WriteOnly)) file.write(QByteArray::fromStdString(content) + '\n');
        return file.commit() ? QString() : file.errorString();
      },
      [this, path, value](const QString& failure) {
        writing_ = false;
        if (failure.isEmpty()) {
          path_ = path;
          name_->setText(path);
          draft_->setSaved(value);
          trouble_->say(tr("Saved as %1").arg(path), Tone::Good);
          emit saved();
        } else {
          trouble_->say(tr("%1 could not be written: %2").arg(path, failure), Tone::Bad);
        }
        showState();
      });
}

void ConfigFile::setServers(const QStringList& names) {
  servers_->clear();
  for (const auto& name : names) {
    servers_->addAction(name, this, [this, name] { emit offered(name, forms::tidy(draft_->value())); });
  }
  if (names.isEmpty()) servers_->addAction(tr("No server is connected"))->setEnabled(false);
}

void ConfigFile::showState() {
  const bool mayWrite = isOpen() && !writing_ && !json_->isBroken();
  editors_->setEnabled(isOpen());
  save_->setEnabled(mayWrite && draft_->isChanged());
  saveAs_->setEnabled(mayWrite);
  offer_->setEnabled(mayWrite);
  setWindowModified(draft_->isChanged());
  setWindowTitle(isOpen() ? tr("%1[*] – Larder").arg(QFileInfo(path_).fileName()) : tr("Configuration file"));
  findings_->say(linesOf(draft_->errors()), Tone::Warn);
}

void ConfigFile::closeEvent(QCloseEvent* event) {
  if (closing_ || unsaved().isEmpty()) return event->accept();
  event->ignore();
  widgets::confirm(this, tr("Leave with unsaved changes?"), path_, tr("Leave"), [this] {
    closing_ = true;
    close();
  });
}

}  // namespace console::screens
