#include "console/screens/screen.hpp"

#include "console/models/format.hpp"

namespace console::screens {

namespace api = larder::apitypes;
using client::text;
using models::Tone;

QString Screen::serverName() const {
  const auto name = connection().objectName();
  return name.isEmpty() ? api().endpoint().url.toString() : name;
}

void Screen::change(const client::Request& request, const QString& done, std::function<void()> then) {
  api().send<client::Nothing>(request, this,
                              [this, done, then = std::move(then)](client::Outcome<client::Nothing> outcome) {
                                if (!outcome) return shell().say(outcome.error().message(), Tone::Bad);
                                shell().say(done, Tone::Good);
                                if (then) then();
                              });
}

void Screen::changeEach(std::vector<client::Request> requests, std::function<QString(double)> said,
                        std::function<void()> then) {
  changeNext(std::move(requests), 0, std::move(said), std::move(then));
}

void Screen::changeNext(std::vector<client::Request> all, std::size_t done, std::function<QString(double)> said,
                        std::function<void()> then) {
  if (done == all.size()) {
    shell().say(said(static_cast<double>(done)), Tone::Good);
    return then();
  }
  const auto request = all[done];
  api().send<client::Nothing>(
      request, this,
      [this, all = std::move(all), done, said = std::move(said),
       then = std::move(then)](client::Outcome<client::Nothing> outcome) mutable {
        if (outcome) return changeNext(std::move(all), done + 1, std::move(said), std::move(then));
        const auto left = models::count(static_cast<double>(all.size() - done));
        shell().say(tr("%1, %2 not: %3").arg(said(static_cast<double>(done)), left, outcome.error().message()),
                    Tone::Bad);
        then();
      });
}

void Screen::save(const client::Request& request, const QString& done, std::function<void()> then) {
  api().send<api::ConfigSaved>(request, this,
                               [this, done, then = std::move(then)](client::Outcome<api::ConfigSaved> outcome) {
                                 if (outcome) {
                                   saySaved(done, outcome->value, then);
                                 } else {
                                   shell().say(outcome.error().message(), Tone::Bad);
                                 }
                                 then();
                               });
}

void Screen::saySaved(const QString& done, const api::ConfigSaved& saved, std::function<void()> undone) {
  // The revision is not this editor's: to take it back would undo somebody else's change.
  if (!saved.saved) return shell().say(tr("Nothing to save: it is like this already."), Tone::Info);
  QStringList restart;
  for (const auto& one : saved.restartNeeded) restart << text(one);
  const auto when =
      restart.isEmpty() ? tr("In effect now.") : tr("%1 takes effect after a restart.").arg(restart.join(", "));
  shell().say(tr("%1. %2").arg(done, when), Tone::Good, [this, revision = saved.revision, undone = std::move(undone)] {
    api::Revert body;
    body.revision = revision;
    change(client::post("/config/revert", body).match("*"), tr("Undone"), undone);
  });
}

QList<std::pair<QString, QString>> Screen::errorsOf(const client::Failure& failure) {
  QList<std::pair<QString, QString>> errors;
  for (const auto& one : failure.errors) {
    errors.emplace_back(text(one.path).section('.', -1), client::withHint(one));
  }
  if (errors.isEmpty()) errors.emplace_back(QString(), failure.message());
  return errors;
}

}  // namespace console::screens
