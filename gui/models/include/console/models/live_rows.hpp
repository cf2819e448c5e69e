// Tables that follow a topic of the live stream.
#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <variant>
#include <vector>

#include "console/client/live_stream.hpp"
#include "console/models/rows_model.hpp"

namespace console::models {

inline constexpr int kKeptRows = 2000;  // of events and logs

// The last first; of the same time, the one that was said later.
template <class Row>
std::vector<Row> newestFirst(const std::vector<Row>& rows) {
  std::vector<std::pair<larder::apitypes::Time, std::size_t>> places;
  places.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) places.emplace_back(rows[i].at, i);
  std::ranges::sort(places, std::ranges::greater());
  std::vector<Row> sorted;
  sorted.reserve(rows.size());
  for (const auto& [at, place] : places) sorted.push_back(rows[place]);
  return sorted;
}

// Subscribes `model` to `topic` for as long as it lives. What has a time, as events and lines of the log, is put on
// top; of others, those with a known key are replaced.
template <class Row>
void follow(RowsModel<Row>* model, client::LiveStream& live, larder::apitypes::LiveTopic topic) {
  QObject::connect(&live, &client::LiveStream::received, model,
                   [model, topic](const std::shared_ptr<const client::LiveUpdate>& update) {
                     if (update->topic != topic) return;
                     const auto* data = std::get_if<larder::apitypes::LiveItems<Row>>(&update->data);
                     if (!data) return;
                     if constexpr (requires(const Row& row) { row.at; }) {
                       if (update->snapshot) model->clear();
                       return model->prepend(newestFirst(data->items), kKeptRows);
                     }
                     auto rows = data->items;
                     if (update->snapshot) return model->setRows(std::move(rows));
                     QSet<QString> ended;
                     if (data->ended) {
                       for (const auto& id : *data->ended) ended.insert(QString::fromStdString(id));
                     }
                     model->merge(std::move(rows), ended);
                   });
  QObject::connect(&live, &client::LiveStream::refused, model,
                   [model, topic](larder::apitypes::LiveTopic refused, const QString& reason) {
                     if (refused == topic) model->setTrouble(reason);
                   });
  live.use(topic, model);
}

}  // namespace console::models
