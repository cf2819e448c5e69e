#include "documents.hpp"

#include <QFileDialog>
#include <QFileInfo>

namespace console::app {

using models::Tone;

Documents::Documents(Servers& servers, QWidget* window) : QObject(window), servers_(servers), window_(window) {
  connect(&servers, &Servers::connected, this,
          [this](Server& server) { connect(&server, &Server::sessionChanged, this, &Documents::showServers); });
  connect(&servers, &Servers::disconnected, this, &Documents::showServers);
}

void Documents::choose() {
  auto* dialog = new QFileDialog(window_, tr("Open a configuration"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  dialog->setNameFilters({tr("Configurations (*.json)"), tr("All files (*)")});
  connect(dialog, &QFileDialog::fileSelected, this, &Documents::open);
  dialog->open();
}

screens::ConfigFile* Documents::open(const QString& path) {
  const auto canonical = QFileInfo(path).canonicalFilePath();
  const auto full = canonical.isEmpty() ? QFileInfo(path).absoluteFilePath() : canonical;
  files_.removeIf([](const auto& one) { return !one; });
  for (const auto& one : files_) {
    if (one->path() != full) continue;
    one->raise();
    one->activateWindow();
    return one;
  }
  auto* file = new screens::ConfigFile(window_);
  files_ << file;
  file->setServers(servers());
  connect(file, &screens::ConfigFile::offered, this, [this](const QString& name, const forms::Json& value) {
    if (auto* server = servers_.find(name)) emit offered(*server, value);
  });
  file->show();
  file->open(full);
  return file;
}

void Documents::compare(const QString& shown) {
  std::vector<CompareSide> sides;
  for (const auto& name : servers()) {
    CompareSide side{name, servers_.find(name), nullptr};
    sides.insert(name == shown ? sides.begin() : sides.end(), side);
  }
  for (const auto& one : files_) {
    if (one && one->isOpen()) sides.push_back({one->path(), nullptr, one});
  }
  if (sides.size() < 2) {
    emit said(tr("Connect to a second server, or open a configuration file, to compare with."), Tone::Info);
    return;
  }
  auto* dialog = new Compare(std::move(sides), window_);
  connect(dialog, &Compare::copied, this, [this, dialog](const CompareSide& to, const forms::Json& value) {
    dialog->accept();
    if (to.server) {
      emit offered(*to.server, value);
    } else if (to.file) {
      to.file->replace(value);
      to.file->raise();
      to.file->activateWindow();
    }
  });
  dialog->open();
}

QStringList Documents::unsaved() const {
  QStringList unsaved;
  for (const auto& one : files_) {
    if (one && !one->unsaved().isEmpty()) unsaved << one->unsaved();
  }
  return unsaved;
}

QStringList Documents::servers() const {
  QStringList names;
  for (const auto& one : servers_.all()) {
    if (one->connection().isAdmin()) names << one->profile().name;
  }
  return names;
}

void Documents::showServers() {
  for (const auto& one : files_) {
    if (one) one->setServers(servers());
  }
}

}  // namespace console::app
