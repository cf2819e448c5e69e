// A draft on disk while it is edited, so that a crash of the console loses nothing of it. Whoever keeps one here drops
// it when it is saved or given up; what is found later was left by a crash.
//
// Holds no secrets: whoever keeps one here has taken them out. Only the user may read the file. Files are read and
// written on a thread of its own, one after the other.
#pragma once

#include <QDateTime>
#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <functional>
#include <optional>

#include "larder/apitypes/json.hpp"

namespace console::screens {

struct KeptDraft {
  std::uint64_t revision = 0;      // that it began with
  larder::apitypes::Json written;  // what was written then
  larder::apitypes::Json value;    // as it was edited
  QDateTime at;                    // when it was kept
};

// When what is edited is to be kept: a second after the first change, not put off by those that follow.
class KeepTimer : public QTimer {
 public:
  KeepTimer() {
    setSingleShot(true);
    setInterval(1000);
  }
  void note() {
    if (!isActive()) start();
  }
};

class DraftStore {
 public:
  // `name` says whose draft it is: of which server, and which of its editors.
  explicit DraftStore(const QString& name);
  void keep(const KeptDraft& draft);
  void drop();
  // Nothing if there is none, or none that can be read. `found` is called on the GUI thread, unless `owner` is gone.
  void read(QObject* owner, std::function<void(std::optional<KeptDraft>)> found);

 private:
  QString path_;
  QThreadPool worker_;
};

}  // namespace console::screens
