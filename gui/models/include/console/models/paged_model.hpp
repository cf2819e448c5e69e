// A list of the API that is read page by page while it is scrolled, searched and sorted by the daemon.
#pragma once

#include <QPointer>
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "console/client/api_client.hpp"
#include "console/models/rows_model.hpp"

namespace console::models {

inline constexpr int kPageRows = 100;
inline constexpr int kMostPageRows = 500;  // of the API

// How the daemon sorts: not at all, by `sort` with the largest first, or by `sort` and `order`.
enum class PageSort { None, Largest, Either };

// List: the answer's struct, a Page of Row or one with more members.
template <class Row, class List = larder::apitypes::Page<Row>>
class PagedModel : public RowsModel<Row> {
 public:
  PagedModel(client::ApiClient& api, typename RowsModel<Row>::Columns columns, typename RowsModel<Row>::KeyOf keyOf,
             QObject* parent = nullptr, PageSort sorting = PageSort::None)
      : RowsModel<Row>(std::move(columns), std::move(keyOf), parent), api_(api), sorting_(sorting) {}

  // Another question: the rows of the old one stay until its answer is there.
  void ask(const client::Request& request) {
    question_ = request;
    load(kPageRows);
  }
  // Called by the table; a column that the daemon does not sort by leaves its own order.
  void sort(int column, Qt::SortOrder order) override {
    if (sorting_ == PageSort::None) return;
    sort_ = column >= 0 && this->head(column).sortable ? this->head(column).key : QString();
    order_ = order;
    if (!question_.path.isEmpty()) load(kPageRows);
  }
  // The same question again, as far as it was read.
  void refresh() {
    if (!question_.path.isEmpty()) load(std::max(this->rowCount({}), kPageRows));
  }
  qint64 total() const override { return total_; }
  // What the last answer has beside its rows, which are not in it.
  const std::optional<List>& answer() const { return answer_; }

  bool canFetchMore(const QModelIndex& parent) const override {
    return !parent.isValid() && next_.has_value() && !running_;
  }
  void fetchMore(const QModelIndex& parent) override {
    if (!canFetchMore(parent)) return;
    auto request = sorted(kPageRows);
    request.with("cursor", client::text(*next_));
    running_ = api_.send<List>(request, this, [this](client::Outcome<List> outcome) {
      running_.clear();
      if (!outcome) {
        next_.reset();
        return this->setTrouble(outcome.error().message());
      }
      next_ = std::move(outcome->value.next);
      total_ = static_cast<qint64>(outcome->value.total);
      this->merge(std::move(outcome->value.items));
    });
  }

 private:
  void load(int wanted) {
    if (running_) running_->cancel();
    gathered_.clear();
    gather(wanted, {});
  }
  // Page after page, so that a list which was scrolled far stays as long.
  void gather(int wanted, const QString& cursor) {
    auto request = sorted(std::min(wanted - static_cast<int>(gathered_.size()), kMostPageRows));
    running_ = api_.send<List>(request.with("cursor", cursor), this, [this, wanted](client::Outcome<List> outcome) {
      running_.clear();
      if (!outcome) return this->setTrouble(outcome.error().message());
      auto& page = outcome->value;
      std::move(page.items.begin(), page.items.end(), std::back_inserter(gathered_));
      page.items.clear();
      if (page.next && static_cast<int>(gathered_.size()) < wanted) return gather(wanted, client::text(*page.next));
      next_ = page.next;
      total_ = static_cast<qint64>(page.total);
      answer_ = std::move(page);
      this->setRows(std::exchange(gathered_, {}));
    });
  }
  client::Request sorted(int limit) const {
    auto request = question_;
    request.with("limit", QString::number(limit)).with("sort", sort_);
    if (sorting_ == PageSort::Either && !sort_.isEmpty()) {
      request.with("order", order_ == Qt::AscendingOrder ? "asc" : "desc");
    }
    return request;
  }

  client::ApiClient& api_;
  PageSort sorting_;
  QString sort_;
  Qt::SortOrder order_ = Qt::AscendingOrder;
  client::Request question_;
  QPointer<client::Call> running_;
  std::optional<std::string> next_;
  std::optional<List> answer_;
  std::vector<Row> gathered_;
  qint64 total_ = 0;
};

}  // namespace console::models
