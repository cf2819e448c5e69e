// What is typed into sheets, kept for after a crash.
#include "console/models/format.hpp"
#include "console/screens/draft_store.hpp"
#include "console/screens/screen.hpp"

namespace console::screens {
namespace {

using larder::apitypes::Json;

Json jsonOf(const QMap<QString, QString>& typed) {
  auto json = Json::object();
  for (const auto& [name, text] : typed.asKeyValueRange()) json[client::utf8(name)] = client::utf8(text);
  return json;
}

QMap<QString, QString> typedOf(const Json& json) {
  QMap<QString, QString> typed;
  for (const auto& [name, text] : json.items()) {
    if (text.is_string()) typed[client::text(name)] = client::text(text.get_ref<const std::string&>());
  }
  return typed;
}

// Lives with the sheet, which drops what is kept when it is closed in order.
class KeptSheet : public QObject {
 public:
  KeptSheet(widgets::Sheet* sheet, const QString& name) : QObject(sheet), store_(name) {
    connect(sheet, &widgets::Sheet::edited, this, [this] { keepSoon_.note(); });
    connect(&keepSoon_, &QTimer::timeout, this, [this, sheet] {
      if (sheet->typed().isEmpty()) return;
      edited_ = true;
      store_.keep({0, Json::object(), jsonOf(sheet->typed()), QDateTime::currentDateTimeUtc()});
    });
    connect(sheet, &QDialog::finished, this, [this] {
      keepSoon_.stop();
      store_.drop();
    });
    store_.read(this, [this, sheet](const std::optional<KeptDraft>& kept) {
      if (!kept || edited_) return;
      sheet->offer(
          Screen::tr("The console crashed before this was saved (%1). What you typed was kept, without passwords.")
              .arg(models::relative(kept->at)),
          Screen::tr("Restore"), [sheet, typed = typedOf(kept->value)] { sheet->setTyped(typed); });
    });
  }

 private:
  DraftStore store_;
  KeepTimer keepSoon_;
  bool edited_ = false;
};

}  // namespace

void Screen::keepTyped(widgets::Sheet* sheet) {
  new KeptSheet(sheet, serverName() + ": " + sheet->windowTitle());
}

}  // namespace console::screens
