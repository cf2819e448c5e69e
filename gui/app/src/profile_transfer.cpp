#include "profile_transfer.hpp"

#include <QCoreApplication>
#include <QFile>
#include <QFileDialog>
#include <QListWidget>
#include <QSaveFile>
#include <utility>

#include "console/client/worker.hpp"
#include "console/desktop/secrets.hpp"
#include "console/models/format.hpp"
#include "console/widgets/sheet.hpp"

namespace console::app {
namespace {

using desktop::Import;
using models::Tone;

constexpr qint64 kMostBytes = 4 * 1024 * 1024;
constexpr int kListLetters = 72;

struct TransferWords {
  Q_DECLARE_TR_FUNCTIONS(ProfileTransfer)
};

QFileDialog* askFile(QWidget* parent, const QString& title, QFileDialog::AcceptMode mode) {
  auto* dialog = new QFileDialog(parent, title);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(mode);
  dialog->setNameFilters({TransferWords::tr("Profiles (*.json)"), TransferWords::tr("All files (*)")});
  dialog->setDefaultSuffix("json");
  return dialog;
}

// What is trusted comes with the file: it is said before it is taken.
QString trustOf(const desktop::Profile& profile) {
  QStringList trusts;
  if (!profile.pinnedSha256.isEmpty()) {
    trusts << TransferWords::tr("trusts the certificate SHA-256 %1…")
                  .arg(QString::fromLatin1(profile.pinnedSha256.left(8).toHex(':')).toUpper());
  }
  if (!profile.caCertificate.isEmpty()) trusts << TransferWords::tr("trusts its own CA");
  return trusts.join(", ");
}

QListWidgetItem* itemOf(const desktop::Profile& profile, const desktop::Profiles& profiles) {
  const auto fate = fateOf(profile, profiles);
  QStringList words{profile.name + " – " + (profile.forward.isSet() ? profile.forward.target : profile.url)};
  if (fate == Import::Same) words << TransferWords::tr("already here, identical");
  if (fate == Import::Replaces) {
    words << TransferWords::tr("replaces the existing one; differs in: %1")
                 .arg(differences(*profiles.find(profile.name), profile).join(", "));
  }
  if (const auto trust = trustOf(profile); !trust.isEmpty() && fate != Import::Same) words << trust;
  auto* item = new QListWidgetItem(words.join("; "));
  item->setData(Qt::UserRole, profile.name);
  item->setToolTip(item->text());
  item->setCheckState(fate == Import::Adds ? Qt::Checked : Qt::Unchecked);
  if (fate == Import::Same) item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
  return item;
}

}  // namespace

void exportProfiles(const desktop::Profiles& profiles, QWidget* parent, const SayThere& say) {
  auto* dialog = askFile(parent, TransferWords::tr("Export profiles"), QFileDialog::AcceptSave);
  dialog->selectFile("larder-profiles.json");
  QObject::connect(dialog, &QFileDialog::fileSelected, parent, [&profiles, parent, say](const QString& path) {
    client::onWorker(
        parent,
        [path, content = writeProfiles(allOf(profiles))] {
          QSaveFile file(path);
          if (file.open(QIODevice::WriteOnly)) file.write(content);
          return file.commit() ? QString() : file.errorString();
        },
        [path, say](const QString& error) {
          if (!error.isEmpty())
            return say(TransferWords::tr("%1 could not be written: %2").arg(path, error), Tone::Bad);
          say(TransferWords::tr("Written to %1, without passwords.").arg(path), Tone::Good);
        });
  });
  dialog->open();
}

void importProfiles(desktop::Profiles& profiles, QWidget* parent, const SayThere& say) {
  auto* dialog = askFile(parent, TransferWords::tr("Import profiles"), QFileDialog::AcceptOpen);
  dialog->setFileMode(QFileDialog::ExistingFile);
  QObject::connect(dialog, &QFileDialog::fileSelected, parent, [&profiles, parent, say](const QString& path) {
    client::onWorker(
        parent,
        [path]() -> tl::expected<desktop::ProfileFile, QString> {
          QFile file(path);
          if (!file.open(QIODevice::ReadOnly)) return tl::make_unexpected(file.errorString());
          return desktop::readProfiles(file.read(kMostBytes));
        },
        [path, &profiles, parent, say](const tl::expected<desktop::ProfileFile, QString>& file) {
          if (!file) return say(TransferWords::tr("%1 was not imported: %2").arg(path, file.error()), Tone::Bad);
          chooseProfiles(*file, profiles, parent, say);
        });
  });
  dialog->open();
}

void chooseProfiles(const desktop::ProfileFile& file, desktop::Profiles& profiles, QWidget* parent, SayThere say) {
  auto* sheet = new widgets::Sheet(TransferWords::tr("Import profiles"), TransferWords::tr("Import"), parent);
  sheet->addWidget(widgets::mutedLabel(
      TransferWords::tr("Ticked profiles are imported. An existing one is replaced only if you tick it.")));
  auto* list = new QListWidget;
  list->setAccessibleName(TransferWords::tr("Profiles in the file"));
  list->setMinimumWidth(list->fontMetrics().averageCharWidth() * kListLetters);
  for (const auto& one : file.profiles) list->addItem(itemOf(one, profiles));
  list->setCurrentRow(0);
  sheet->addWidget(list);
  sheet->onSubmit([file, &profiles, sheet, list, say = std::move(say)] {
    QStringList names;
    for (int row = 0; row < list->count(); ++row) {
      if (list->item(row)->checkState() == Qt::Checked) names << list->item(row)->data(Qt::UserRole).toString();
    }
    for (const auto& one : file.profiles) {
      const auto known = profiles.find(one.name);
      if (!known || !names.contains(one.name)) continue;
      // What is kept was for the server that had this name.
      if (known->url != one.url || known->forward != one.forward) desktop::forgetSecret(one.name);
    }
    take(file, names, profiles);
    const auto count = static_cast<double>(names.size());
    say(TransferWords::tr("%1 imported. Passwords are asked for on the first connection.")
            .arg(models::plural(count, TransferWords::tr("profile"), TransferWords::tr("profiles"))),
        Tone::Good);
    sheet->accept();
  });
  sheet->open();
}

}  // namespace console::app
