#include "search.hpp"

#include "console/client/text.hpp"
#include "larder/apitypes/repositories.hpp"

namespace console::app {
namespace {

namespace api = larder::apitypes;
using client::text;

constexpr std::size_t kMostFound = 8;  // of each kind

QUrlQuery queryOf(const QString& name, const QString& value) {
  QUrlQuery query;
  query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
  return query;
}

}  // namespace

Search::Search(client::Connection& connection, screens::Shell& shell)
    : QObject(&connection), connection_(connection), shell_(shell) {}

void Search::find(const QString& typed, Palette* palette) {
  auto request = client::get("/repositories");
  request.with("q", typed).with("limit", QString::number(kMostFound));
  connection_.api().send<api::Page<api::Repository>>(
      request, palette, [this, typed, palette](client::Outcome<api::Page<api::Repository>> outcome) {
        if (!outcome) return;
        std::vector<Command> found;
        for (const auto& one : outcome->value.items) {
          found.push_back({text(one.name), tr("repository"),
                           [this, name = text(one.name)] { shell_.open("repositories", queryOf("name", name)); }});
        }
        palette->offer(typed, found);
      });
  if (!connection_.isAdmin()) return;
  if (!settings_.empty()) return offerSettings(typed, palette);
  connection_.api().send<forms::Json>(client::get("/config/schema"), palette,
                                      [this, typed, palette](client::Outcome<forms::Json> outcome) {
                                        if (!outcome) return;
                                        for (auto& one : forms::settingsOf(forms::resolveReferences(outcome->value))) {
                                          if (forms::kindOf(one.schema) != forms::Kind::Object)
                                            settings_.push_back(std::move(one));
                                        }
                                        offerSettings(typed, palette);
                                      });
}

void Search::offerSettings(const QString& typed, Palette* palette) {
  std::vector<Command> found;
  for (const auto& one : forms::findSettings(settings_, client::utf8(typed))) {
    if (found.size() == kMostFound) break;
    const auto path = text(forms::pathText(one.path));
    found.push_back({tr("%1 (%2)").arg(text(one.title), path), tr("setting"),
                     [this, path] { shell_.open("configuration", queryOf("q", path)); }});
  }
  palette->offer(typed, found);
}

}  // namespace console::app
