// Work that would hold up the window, such as reading a file.
#pragma once

#include <QCoreApplication>
#include <QObject>
#include <QPointer>
#include <QThreadPool>
#include <utility>

namespace console::client {

// Runs `work` on another thread and hands what it returns to `done` on the GUI thread, unless `owner` is gone by then.
// `work` may touch nothing that lives on the GUI thread.
template <class Work, class Done>
void onWorker(QObject* owner, Work work, Done done) {
  QThreadPool::globalInstance()->start(
      [owner = QPointer(owner), work = std::move(work), done = std::move(done)]() mutable {
        auto result = work();
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [owner = std::move(owner), result = std::move(result), done = std::move(done)]() mutable {
              if (owner) done(std::move(result));
            },
            Qt::QueuedConnection);
      });
}

}  // namespace console::client
