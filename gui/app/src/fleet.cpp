#include "fleet.hpp"

#include <QAction>
#include <QApplication>
#include <QLineEdit>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>

#include "console/models/format.hpp"
#include "console/widgets/theme.hpp"

namespace console::app {
namespace {

namespace api = larder::apitypes;
using models::Cell;
using models::known;
using models::Phrase;
using models::Tone;

constexpr int kTickMs = 1000;
// Three readings of the state.
constexpr qint64 kStaleAfterSeconds = 15;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(Fleet)
};

class FleetModel : public models::RowsModel<FleetRow> {
 public:
  using RowsModel::RowsModel;

  QVariant data(const QModelIndex& index, int role) const override {
    if (role != Qt::DecorationRole || index.column() != 0) return RowsModel::data(index, role);
    const int color = at(index.row()).color;
    return color < 0 ? QVariant() : widgets::seriesColor(color, QApplication::palette());
  }
};

// A value that sorts below all others where it is not known, and is grey where it is old.
Cell figure(const FleetRow& row, double value, QString (*format)(double), const QString& tip = {}) {
  const bool unknown = std::isnan(value);
  return {.text = unknown ? QStringLiteral("–") : format(value),
          .order = unknown ? -1.0 : value,
          .tip = tip,
          .tone = unknown || row.stale ? Tone::Muted : Tone::Plain};
}

// How much of a limit is used, as a bar; sorted by the share.
Cell use(const FleetRow& row, double used, double limit) {
  auto cell = figure(row, used, &models::bytes);
  if (std::isnan(used) || !(limit > 0)) return cell;
  cell.text = Words::tr("%1 of %2").arg(models::bytes(used), models::bytes(limit));
  cell.order = used / limit;
  if (!row.stale) cell.bar = used / limit;
  return cell;
}

Cell hitRatio(const FleetRow& row) {
  if (!row.status || !row.status->cache) return figure(row, models::kUnknown, &models::percent);
  const auto& cache = *row.status->cache;
  return figure(row, known(cache.lastHour.hitRatio), &models::percent,
                Words::tr("Last 24 h: %1").arg(models::percent(known(cache.lastDay.hitRatio))));
}

Cell saved(const FleetRow& row) {
  if (!row.status || !row.status->cache) return figure(row, models::kUnknown, &models::bytes);
  const auto& day = row.status->cache->lastDay;
  return figure(row, models::number(day.savedBytes), &models::bytes,
                models::plural(models::number(day.savedPulls), Words::tr("pull saved"), Words::tr("pulls saved")));
}

Cell memory(const FleetRow& row) {
  if (!row.status || !row.status->memory) return figure(row, models::kUnknown, &models::bytes);
  return use(row, models::number(row.status->memory->usedBytes), known(row.status->memory->limitBytes));
}

Cell disk(const FleetRow& row) {
  if (!row.status || !row.status->storage) return figure(row, models::kUnknown, &models::bytes);
  const auto& storage = *row.status->storage;
  const double used = models::number(storage.usedBytes);
  return use(row, used, storage.limitBytes ? known(storage.limitBytes) : used + known(storage.diskFreeBytes));
}

int badness(api::UpstreamState state) {
  switch (state) {
    case api::UpstreamState::Denied:
      return 4;
    case api::UpstreamState::Down:
      return 3;
    case api::UpstreamState::Recovering:
      return 2;
    case api::UpstreamState::Unknown:
      return 1;
    default:
      return 0;
  }
}

// Of those that are well, the one with the least of its quota left.
double quotaLeft(const api::UpstreamHealth& one) {
  if (!one.rateRemaining || !one.rateLimit || *one.rateLimit == 0) return 1;
  return models::number(*one.rateRemaining) / models::number(*one.rateLimit);
}

Cell worstUpstream(const FleetRow& row) {
  if (!row.status || !row.status->upstreams || row.status->upstreams->empty()) {
    return {.text = QStringLiteral("–"), .order = -1, .tone = Tone::Muted};
  }
  const auto& worst = *std::ranges::max_element(*row.status->upstreams, [](const auto& a, const auto& b) {
    return std::pair(badness(a.state), -quotaLeft(a)) < std::pair(badness(b.state), -quotaLeft(b));
  });
  auto words = models::upstreamState(worst);
  if (badness(worst.state) == 0 && worst.rateRemaining) words.text += ", " + models::quotaText(worst);
  return {.text = Words::tr("%1: %2").arg(client::text(worst.host), words.text),
          .order = badness(worst.state) + 1 - quotaLeft(worst),
          .tip = client::text(worst.lastError.value_or("")),
          .tone = row.stale ? Tone::Muted : words.tone};
}

Cell stateCell(const FleetRow& row) {
  auto cell = models::cellOf(row.state, row.trouble);
  // The worst first.
  static constexpr std::array kOrder{Tone::Bad, Tone::Warn, Tone::Info, Tone::Good, Tone::Unknown};
  cell.order = static_cast<int>(std::ranges::find(kOrder, row.state.tone) - kOrder.begin());
  return cell;
}

models::RowsModel<FleetRow>::Columns columns() {
  using One = FleetRow;
  return {
      {{"server", Words::tr("Server"), false, 150},
       [](const One& one) { return Cell{.text = one.profile.name, .tip = one.profile.url}; }},
      {{"group", Words::tr("Group"), false, 110}, [](const One& one) { return Cell{.text = one.profile.group}; }},
      {{"state", Words::tr("State"), false, 200}, &stateCell},
      {{"hits", Words::tr("Hit ratio, last hour"), true, 130}, &hitRatio},
      {{"saved", Words::tr("Saved, last 24 h"), true, 120}, &saved},
      {{"memory", Words::tr("Memory"), true, 150}, &memory},
      {{"storage", Words::tr("Storage"), true, 150}, &disk},
      {{"upstream", Words::tr("Worst upstream"), false, 220}, &worstUpstream},
      {{"version", Words::tr("Version"), false, 110, true},
       [](const One& one) { return Cell{.text = one.status ? client::text(one.status->version.value_or("")) : ""}; }},
      {{"read", Words::tr("Last read"), false, 100, true},
       [](const One& one) {
         return one.at.isValid()
                    ? Cell{.text = models::relative(one.at), .order = one.at, .tip = models::absolute(one.at)}
                    : Cell{.text = QStringLiteral("–"), .tone = Tone::Muted};
       }},
  };
}

Phrase stateOf(const Server& server, bool stale) {
  const auto& connection = server.connection();
  if (server.wantsLogin()) return {Words::tr("log-in needed"), Tone::Warn};
  if (!connection.session()) {
    return server.trouble().isEmpty() ? Phrase{Words::tr("connecting"), Tone::Info}
                                      : Phrase{Words::tr("no connection"), Tone::Bad};
  }
  if (stale) {
    return {Words::tr("no answer since %1").arg(models::clock(connection.statusAt().toLocalTime())), Tone::Bad};
  }
  if (!connection.status()) return {Words::tr("connecting"), Tone::Info};
  const auto phrases = models::serverState(*connection.status());
  QStringList words;
  for (const auto& one : phrases) words << one.text;
  return {words.join(", "), phrases.front().tone};
}

}  // namespace

FleetRow fleetRow(const desktop::Profile& profile, int color, const Server* server, const QDateTime& now) {
  FleetRow row{.profile = profile,
               .color = color,
               .state = {Words::tr("not connected"), Tone::Unknown},
               .trouble = {},
               .status = std::nullopt,
               .at = {}};
  if (!server) return row;
  const auto& connection = server->connection();
  row.status = connection.status();
  row.at = connection.statusAt();
  row.stale = row.at.isValid() && row.at.secsTo(now) > kStaleAfterSeconds;
  row.trouble = server->trouble();
  row.state = stateOf(*server, row.stale);
  return row;
}

Fleet::Fleet(desktop::Profiles& profiles, Servers& servers, QWidget* parent)
    : QWidget(parent),
      profiles_(profiles),
      servers_(servers),
      rows_(new FleetModel(columns(), [](const FleetRow& row) { return row.profile.name; }, this)) {
  auto* layout = new QVBoxLayout(this);
  auto* panel = new widgets::ListPanel("fleet", tr("All servers"), rows_, widgets::TableView::Sorting::Local);
  layout->addWidget(panel);
  panel->setCountedTitle([](double count) { return models::plural(count, tr("server"), tr("servers")); });
  auto* table = panel->table();
  search_ = panel->addSearch(tr("Filter servers"), [this, table] { table->filter(search_->text()); });
  table->setEmptyText(tr("No server is known yet"),
                      tr("Add a connection for each of your servers to see all of them at a glance."));
  using Rows = widgets::ListPanel::Rows;
  panel->addVerb(
      tr("Open"), [](const Rows& rows) { return rows.size() == 1; },
      [this](const Rows& rows) { emit chosen(rows_->at(rows.front()).profile); });
  panel->addVerb(
      tr("Connect"),
      [this](const Rows& rows) {
        return std::ranges::any_of(namesOf(rows), [this](const auto& name) { return !servers_.find(name); });
      },
      [this](const Rows& rows) {
        for (const auto& name : namesOf(rows)) {
          if (const auto profile = profiles_.find(name)) servers_.connectTo(*profile, {});
        }
      });
  panel->addVerb(
      tr("Disconnect"),
      [this](const Rows& rows) {
        return std::ranges::any_of(namesOf(rows), [this](const auto& name) {
          const auto* server = servers_.find(name);
          return server && server->unsaved().isEmpty();
        });
      },
      [this](const Rows& rows) {
        for (const auto& name : namesOf(rows)) {
          const auto* server = servers_.find(name);
          if (server && server->unsaved().isEmpty()) servers_.disconnectFrom(name);
        }
      });
  panel->addVerb(tr("Add…"), &widgets::ListPanel::always, [this](const Rows&) { emit added(); });
  connect(table, &widgets::TableView::opened, this, [this](int row) { emit chosen(rows_->at(row).profile); });
  // However many servers say something in a second, the table is brought up to date once.
  tick_.setInterval(kTickMs);
  connect(&tick_, &QTimer::timeout, this, &Fleet::refresh);
  tick_.start();
}

void Fleet::connectAll() {
  for (const auto& profile : profiles_.all()) servers_.connectTo(profile, {});
  refresh();
}

void Fleet::showEvent(QShowEvent* event) {
  refresh();
  QWidget::showEvent(event);
}

void Fleet::refresh() {
  if (!isVisible()) return;
  std::vector<FleetRow> rows;
  for (const auto& profile : profiles_.all()) {
    rows.push_back(fleetRow(profile, profiles_.colorOf(profile.group), servers_.find(profile.name)));
  }
  // One that was started from the command line has no profile.
  for (const auto& server : servers_.all()) {
    if (!profiles_.find(server->profile().name)) rows.push_back(fleetRow(server->profile(), -1, server.get()));
  }
  rows_->setRows(std::move(rows));
}

QStringList Fleet::namesOf(const widgets::ListPanel::Rows& rows) const {
  QStringList names;
  for (const int row : rows) names << rows_->at(row).profile.name;
  return names;
}

}  // namespace console::app
