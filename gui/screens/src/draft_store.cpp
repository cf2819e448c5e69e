#include "console/screens/draft_store.hpp"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QPointer>
#include <QSaveFile>
#include <QStandardPaths>

#include "console/models/format.hpp"
#include "larder/core/json.hpp"

namespace console::screens {
namespace {

using larder::apitypes::Json;

QString pathOf(const QString& name) {
  const QDir directory(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/drafts");
  const auto hash = QCryptographicHash::hash(name.toUtf8(), QCryptographicHash::Sha256).toHex();
  return directory.filePath(QString::fromLatin1(hash) + ".json");
}

void writeDraft(const QString& path, const KeptDraft& draft) {
  Json content;
  content["revision"] = draft.revision;
  content["at"] = models::utf8(draft.at.toUTC().toString(Qt::ISODate));
  content["written"] = draft.written;
  content["value"] = draft.value;
  QDir().mkpath(QFileInfo(path).path());
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return;
  // Before there is something in it.
  file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
  file.write(QByteArray::fromStdString(content.dump(-1, ' ', false, Json::error_handler_t::replace)));
  file.commit();
}

std::optional<KeptDraft> readDraft(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
  const auto text = file.readAll();
  const auto content =
      larder::core::parseOrderedJson({text.constData(), static_cast<std::size_t>(text.size())}, larder::core::kOwnJson);
  if (!content || !content->is_object()) return std::nullopt;
  const auto member = [&content](const char* name) {
    const auto found = content->find(name);
    return found == content->end() ? Json() : *found;
  };
  const auto revision = member("revision");
  const auto at = member("at");
  KeptDraft draft{0, member("written"), member("value"), {}};
  if (!revision.is_number_unsigned() || !at.is_string() || !draft.written.is_object() || !draft.value.is_object()) {
    return std::nullopt;
  }
  draft.revision = revision.get<std::uint64_t>();
  draft.at = QDateTime::fromString(models::text(at.get<std::string>()), Qt::ISODate);
  return draft;
}

}  // namespace

DraftStore::DraftStore(const QString& name) : path_(pathOf(name)) {
  worker_.setMaxThreadCount(1);
}

void DraftStore::keep(const KeptDraft& draft) {
  worker_.start([path = path_, draft] { writeDraft(path, draft); });
}

void DraftStore::drop() {
  worker_.start([path = path_] { QFile::remove(path); });
}

void DraftStore::read(QObject* owner, std::function<void(std::optional<KeptDraft>)> found) {
  worker_.start([path = path_, owner = QPointer(owner), found = std::move(found)]() mutable {
    auto draft = readDraft(path);
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [owner = std::move(owner), found = std::move(found), draft = std::move(draft)] {
          if (owner) found(draft);
        },
        Qt::QueuedConnection);
  });
}

}  // namespace console::screens
