#include "figures.hpp"

#include <QHBoxLayout>
#include <QLabel>

#include "console/models/format.hpp"
#include "console/widgets/theme.hpp"

namespace console::screens {

using models::bytes;
using models::count;
using models::known;
using models::Tone;

Figure::Figure(const QString& title)
    : Panel(title),
      value_(new QLabel),
      about_(widgets::mutedLabel()),
      pill_(new widgets::Pill),
      meter_(new widgets::Meter),
      sparkline_(new widgets::Sparkline) {
  body()->setContentsMargins(11, 0, 11, 10);
  body()->setSpacing(4);
  value_->setFont(widgets::scaled(font(), 1.7, true));
  value_->setTextFormat(Qt::PlainText);
  about_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  body()->addWidget(value_);
  body()->addWidget(about_, 1);
  body()->addWidget(pill_);
  body()->addWidget(meter_);
  body()->addWidget(sparkline_);
  pill_->hide();
  meter_->hide();
}

void Figure::set(const QString& value, const QString& about) {
  value_->setText(value);
  about_->setText(about);
}

Figures::Figures(client::Connection& connection, models::MetricsWindow& metrics)
    : connection_(connection),
      metrics_(metrics),
      hits_(new Figure(tr("Cache hit ratio, last hour"))),
      saved_(new Figure(tr("Saved, last 24 h"))),
      memory_(new Figure(tr("Memory"))),
      storage_(new Figure(tr("Storage"))),
      downloads_(new Figure(tr("Running downloads"))) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  for (auto* one : {hits_, saved_, memory_, storage_, downloads_}) layout->addWidget(one, 1);
  connect(&connection, &client::Connection::statusChanged, this, &Figures::showStatus);
  connect(&metrics, &models::MetricsWindow::changed, this, &Figures::showCourses);
  showStatus();
}

void Figures::setTransfers(int running, double bytesPerSecond) {
  downloads_->set(count(running), running > 0 ? tr("%1 from upstreams").arg(models::rate(bytesPerSecond))
                                              : tr("nothing is being fetched"));
}

void Figures::showStatus() {
  const auto& status = connection_.status();
  if (!status) return;
  const auto unknown = tr("not known");
  if (const auto& cache = status->cache) {
    const auto& hour = cache->lastHour;
    hits_->set(models::percent(known(hour.hitRatio)),
               tr("%1 of %2 served from cache; last 24 h: %3")
                   .arg(count(static_cast<double>(hour.hits + hour.stale)),
                        models::plural(static_cast<double>(hour.requests), tr("request"), tr("requests")),
                        models::percent(known(cache->lastDay.hitRatio))));
    saved_->set(bytes(static_cast<double>(cache->lastDay.savedBytes)),
                tr("not fetched again; %1 of the upstreams' quota saved")
                    .arg(models::plural(static_cast<double>(cache->lastDay.savedPulls), tr("pull"), tr("pulls"))));
  } else {
    hits_->set("–", unknown);
    saved_->set("–", unknown);
  }
  const double used = status->memory ? static_cast<double>(status->memory->usedBytes) : metrics_.last("memoryBytes");
  const double limit = status->memory ? known(status->memory->limitBytes) : metrics_.last("memoryLimitBytes");
  memory_->set(bytes(used), limit > 0 ? tr("of %1").arg(bytes(limit)) : tr("no limit set"));
  memory_->setUse(used, limit);
  if (status->storage) {
    showStorage(*status->storage);
  } else {
    storage_->set("–", unknown);
  }
}

void Figures::showStorage(const larder::apitypes::StorageUse& storage) {
  const auto used = static_cast<double>(storage.usedBytes);
  const double free = known(storage.diskFreeBytes);
  QString room;
  if (storage.limitBytes) {
    room = tr("of %1").arg(bytes(known(storage.limitBytes)));
  } else if (storage.diskFreeBytes) {
    room = tr("%1 free on the disk").arg(bytes(free));
  }
  storage_->set(bytes(used), room);
  storage_->setUse(used, storage.limitBytes ? known(storage.limitBytes) : used + free);
  const auto at = storage.evictionAt ? storage.evictionAt : storage.fullAt;
  if (!at) return storage_->pill()->set({}, Tone::Info);
  // Within the hour is urgent, within the day worth knowing.
  const auto left = QDateTime::currentDateTime().secsTo(models::local(*at));
  const auto tone = left < 3600 ? Tone::Bad : left < 86400 ? Tone::Warn : Tone::Info;
  const auto word = storage.evictionAt ? tr("eviction starts %1") : tr("full %1");
  storage_->pill()->set(word.arg(models::relative(*at)), tone);
}

void Figures::showCourses() {
  hits_->setValues(metrics_.values("hitRatio"));
  saved_->setValues(metrics_.values("savedBytesPerSecond"));
  memory_->setValues(metrics_.values("memoryBytes"));
  storage_->setValues(metrics_.values("storageUsedBytes"));
  downloads_->setValues(metrics_.values("fetchedBytesPerSecond"));
}

}  // namespace console::screens
