// A screen: one place of the navigation, over one connection.
#pragma once

#include <QString>
#include <QUrlQuery>
#include <QWidget>
#include <functional>
#include <vector>

#include "console/client/connection.hpp"
#include "console/models/cell.hpp"
#include "console/widgets/sheet.hpp"
#include "larder/apitypes/config.hpp"

namespace console::screens {

// What the window around a screen does for it.
class Shell {
 public:
  virtual ~Shell() = default;
  // Says what happened, for a few seconds; with a way back if `undo` is given.
  virtual void say(const QString& text, models::Tone tone, std::function<void()> undo = {}) = 0;
  // Goes to another screen: "transfers", with what it should show.
  virtual void open(const QString& screen, const QUrlQuery& query = {}) = 0;
  // Asks before something that destroys; with the profile's name to be typed where it is marked production.
  virtual void confirm(const QString& title, const QString& text, const QString& verb, std::function<void()> yes) = 0;
};

struct Context {
  client::Connection& connection;
  Shell& shell;
};

// Built when it is first opened; lives until the connection is closed.
class Screen : public QWidget {
  Q_OBJECT

 public:
  explicit Screen(Context context) : context_(context) {}

  // Another place asked for something here: a filter, an editor.
  virtual void show(const QUrlQuery& query) { Q_UNUSED(query); }
  // What is shown may be old: read it again, and lose nothing that is typed.
  virtual void refresh() {}
  // What would be lost if the window were closed; empty: nothing.
  virtual QString unsaved() const { return {}; }

 protected:
  client::Connection& connection() const { return context_.connection; }
  client::ApiClient& api() const { return context_.connection.api(); }
  Shell& shell() const { return context_.shell; }
  const Context& context() const { return context_; }

  // A change without an answer: says `done`, or why not; then `then`, if it succeeded.
  void change(const client::Request& request, const QString& done, std::function<void()> then = {});
  // One change after the other. The first that fails ends it; `said` tells of as many as were done.
  void changeEach(std::vector<client::Request> requests, std::function<QString(double done)> said,
                  std::function<void()> then);
  // A change of the configuration: says `done`, when it takes effect and how to undo it, or why not. `then` is called
  // in either case.
  void save(const client::Request& request, const QString& done, std::function<void()> then);
  void saySaved(const QString& done, const larder::apitypes::ConfigSaved& saved, std::function<void()> undone);
  // The name that the user knows the server by: where it is reached may be different next time.
  QString serverName() const;
  // What is typed into `sheet` is kept on disk until it is closed, passwords left out, and offered when a sheet of that
  // title is next opened for this server: a crash loses nothing of it.
  void keepTyped(widgets::Sheet* sheet);
  // Sends what a sheet holds, which is closed when that is saved; before, its errors are said beside its fields.
  template <class T>
  void submit(widgets::Sheet* sheet, const client::Request& request, std::function<void(const T&)> saved) {
    api().send<T>(request, sheet, [sheet, saved = std::move(saved)](client::Outcome<T> outcome) {
      sheet->setBusy(false);
      if (!outcome) return sheet->setErrors(errorsOf(outcome.error()));
      sheet->accept();
      saved(outcome->value);
    });
  }

 private:
  // By the last part of the path.
  static QList<std::pair<QString, QString>> errorsOf(const client::Failure& failure);
  void changeNext(std::vector<client::Request> left, std::size_t done, std::function<QString(double)> said,
                  std::function<void()> then);

  Context context_;
};

}  // namespace console::screens
