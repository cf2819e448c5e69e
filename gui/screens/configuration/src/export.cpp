#include "export.hpp"

#include <QFileDialog>
#include <QPushButton>
#include <QSaveFile>

#include "console/models/format.hpp"

namespace console::screens {
namespace {

namespace api = larder::apitypes;
using models::Tone;

}  // namespace

Drift::Drift(const Context& context)
    : Screen(context),
      notice_(new widgets::Notice(this)),
      changes_(new ChangeList("configuration.drift")),
      overlay_(new widgets::CodeBlock(tr("Overlay (JSON merge patch)"), {})) {
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(notice_);
  layout->addWidget(changes_, 1);
  layout->addWidget(overlay_);
  refresh();
}

void Drift::refresh() {
  api().send<api::ConfigDrift>(client::get("/config/drift"), this, [this](client::Outcome<api::ConfigDrift> outcome) {
    if (!outcome) return notice_->say(outcome.error().message(), Tone::Bad);
    const auto& drift = outcome->value;
    const bool none = drift.changes.empty();
    if (!none) {
      notice_->say(tr("The file cannot be written. These changes lie over it, in the data directory. Take them over "
                      "into the file (see Export), so that a new installation has them too."),
                   Tone::Warn);
    } else {
      notice_->say(drift.source == api::ConfigSource::File
                       ? tr("No drift: changes are written to the configuration file itself.")
                       : tr("No drift: the file is read-only, and nothing has been changed on top of it yet."),
                   Tone::Info);
    }
    changes_->setVisible(!none);
    overlay_->setVisible(!none);
    overlay_->setText(valueText(drift.overlay, {}));
    changes_->set(drift.changes);
  });
}

Export::Export(const Context& context)
    : Screen(context),
      format_(new widgets::Segments(tr("Format"),
                                    {{"config", QStringLiteral("config.json")}, {"helm", tr("Helm values")}})),
      notice_(new widgets::Notice(this)),
      file_(new widgets::CodeBlock(QStringLiteral("config.json"), {})) {
  auto* layout = new QVBoxLayout(this);
  auto* save = new QPushButton(tr("Save as…"));
  layout->addLayout(widgets::row({format_, save, nullptr}));
  layout->addWidget(widgets::mutedLabel(tr("Secrets are replaced by placeholders.")));
  layout->addWidget(notice_);
  file_->setTall();
  layout->addWidget(file_, 1);
  connect(format_, &widgets::Segments::chosen, this, &Export::refresh);
  connect(save, &QPushButton::clicked, this, &Export::saveAs);
  refresh();
}

QString Export::fileName() const {
  return format_->value() == "helm" ? QStringLiteral("values.yaml") : QStringLiteral("config.json");
}

void Export::refresh() {
  auto request = client::get("/config/export");
  api().send<client::PlainText>(request.with("format", format_->value()), this,
                                [this](client::Outcome<client::PlainText> outcome) {
                                  if (!outcome) return notice_->say(outcome.error().message(), Tone::Bad);
                                  notice_->clear();
                                  text_ = outcome->value.text;
                                  file_->setText(text_);
                                });
}

void Export::saveAs() {
  auto* dialog = new QFileDialog(this, tr("Save the configuration"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->selectFile(fileName());
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly)) file.write(text_.toUtf8());
    if (file.commit()) return shell().say(tr("Saved as %1").arg(path), Tone::Good);
    shell().say(tr("%1 could not be written: %2").arg(path, file.errorString()), Tone::Bad);
  });
  dialog->open();
}

}  // namespace console::screens
