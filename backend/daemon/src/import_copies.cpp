#include "import_copies.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <exception>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace larder::daemon {
namespace {

using runtime::Task;

// Of files that are open, and of bytes in memory, at once.
constexpr std::size_t kFilesAtOnce = 512;
constexpr std::size_t kBytesAtOnce = 8 * 1024 * 1024;
constexpr std::chrono::hours kLongest{1};

// Nothing for what is not to be copied here.
std::optional<std::string> readSmall(const LayoutPlace& layout, const core::Digest& digest) {
  auto file = openLayoutBlob(layout, digest);
  if (!file || file->size() == 0 || file->size() > ImportCopies::kSmallBytes) return std::nullopt;
  std::string content(static_cast<std::size_t>(file->size()), '\0');
  auto read = file->readAt(0, std::as_writable_bytes(std::span(content)));
  return read && *read == content.size() ? std::optional(std::move(content)) : std::nullopt;
}

}  // namespace

ImportCopies::ImportCopies(runtime::Runtime& runtime) : queue_(runtime.blockingQueue()) {}

Task<std::vector<storage::BlobInfo>> ImportCopies::take(storage::BlobStore* store, LayoutPlace layout,
                                                        std::vector<core::Digest> digests, bool urgent) {
  if (digests.empty()) co_return std::vector<storage::BlobInfo>{};
  auto order = std::make_shared<Order>(store, std::move(layout), std::move(digests));
  bool begins = false;
  {
    std::lock_guard lock(mutex_);
    waiting_.insert(urgent ? waiting_.begin() : waiting_.end(), order);
    begins = !std::exchange(working_, true);
  }
  if (begins) runtime::spawn(queue_, "import-copies", work(shared_from_this()));
  auto deadline = std::chrono::steady_clock::now() + kLongest;
  while (!order->done) {
    auto seen = done_.version();
    if (order->done) break;
    if (!co_await done_.wait(seen, deadline)) co_return std::vector<storage::BlobInfo>{};
  }
  co_return std::move(order->stored);
}

Task<> ImportCopies::work(std::shared_ptr<ImportCopies> self) {
  for (auto orders = self->next(); !orders.empty(); orders = self->next()) {
    try {
      co_await serve(&orders);
    } catch (const std::exception& e) {
      spdlog::error("import.copies_failed error=\"{}\"", e.what());
    }
    for (const auto& order : orders) order->done = true;
    self->done_.notify();
  }
}

// At least one, whatever its size: serve() goes by pieces.
ImportCopies::Orders ImportCopies::next() {
  Orders orders;
  std::size_t files = 0;
  std::lock_guard lock(mutex_);
  while (!waiting_.empty() && (orders.empty() || files + waiting_.front()->digests.size() <= kFilesAtOnce)) {
    files += waiting_.front()->digests.size();
    orders.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  working_ = !orders.empty();
  return orders;
}

Task<> ImportCopies::serve(const Orders* orders) {
  std::map<storage::BlobStore*, Piece> pieces;
  std::size_t files = 0, bytes = 0;
  for (const auto& order : *orders) {
    for (const auto& digest : order->digests) {
      auto content = readSmall(order->layout, digest);
      if (!content) continue;
      ++files;
      bytes += content->size();
      auto& piece = pieces[order->store];
      piece.blobs.push_back({digest, std::move(*content)});
      piece.orders.push_back(order.get());
      if (files < kFilesAtOnce && bytes < kBytesAtOnce) continue;
      for (auto& [one, some] : std::exchange(pieces, {})) co_await store(one, std::move(some));
      files = bytes = 0;
    }
  }
  for (auto& [one, some] : pieces) co_await store(one, std::move(some));
}

Task<> ImportCopies::store(storage::BlobStore* store, Piece piece) {
  auto results = co_await store->putAll(std::move(piece.blobs));
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i]) piece.orders[i]->stored.push_back(*results[i]);
  }
}

}  // namespace larder::daemon
