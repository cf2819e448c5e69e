#include "written.hpp"

#include <QRegularExpression>

namespace console::screens {

namespace api = larder::apitypes;

void Written::reload() {
  if (reading_) return;
  reading_ =
      api_.send<api::ConfigState>(client::get("/config"), this, [this](client::Outcome<api::ConfigState> outcome) {
        trouble_ = outcome ? QString() : outcome.error().message();
        if (outcome) state_ = std::move(outcome->value);
        emit changed();
      });
}

const forms::Json* Written::at(const forms::Path& path) const {
  return state_ ? forms::getAt(state_->written, path) : nullptr;
}

client::Request Written::edit(const forms::Path& path, const std::optional<forms::Json>& next) const {
  const auto& before = state_->written;
  return client::patch("/config", forms::mergePatch(before, forms::setAt(before, path, next)))
      .match(client::etagOf(state_->revision));
}

QStringList textsOf(const forms::Json* list) {
  QStringList texts;
  if (!list || !list->is_array()) return texts;
  for (const auto& one : *list) {
    if (one.is_string()) texts << client::text(one.get_ref<const std::string&>());
  }
  return texts;
}

forms::Json listOfTyped(const QString& typed) {
  static const QRegularExpression kBetween("[\\s,]+");
  auto list = forms::Json::array();
  for (const auto& one : typed.split(kBetween, Qt::SkipEmptyParts)) list.push_back(client::utf8(one));
  return list;
}

}  // namespace console::screens
