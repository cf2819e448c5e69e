#include <algorithm>
#include <utility>

#include "larder/storage/drivers.hpp"

namespace larder::storage {
namespace {

using core::ErrorCode;
using core::fail;

// Of two copies of a blob the later one counts: it is what keeps both from being taken for unused.
void add(std::vector<BlobInfo>& all, std::vector<BlobInfo> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  std::ranges::sort(all, {}, &BlobInfo::digest);
  auto kept = all.begin();
  for (auto at = all.begin(); at != all.end(); ++at) {
    if (at == all.begin() || kept->digest != at->digest) {
      if (at != all.begin()) ++kept;
      *kept = *at;
    } else {
      kept->storedAt = std::max(kept->storedAt, at->storedAt);
    }
  }
  if (!all.empty()) all.erase(std::next(kept), all.end());
}

// Its stores never change, so nothing has to be locked.
class JoinedBlobStore final : public BlobStore {
 public:
  using Stores = std::shared_ptr<const std::vector<std::shared_ptr<BlobStore>>>;

  explicit JoinedBlobStore(std::vector<std::shared_ptr<BlobStore>> stores)
      : stores_(std::make_shared<const std::vector<std::shared_ptr<BlobStore>>>(std::move(stores))) {}

  Task<Result<std::optional<BlobInfo>>> stat(Digest digest) override {
    auto stores = stores_;
    for (const auto& store : *stores) {
      auto found = co_await store->stat(digest);
      if (!found || *found) co_return found;
    }
    co_return std::nullopt;
  }

  Task<Result<std::shared_ptr<BlobReader>>> open(Digest digest) override {
    auto stores = stores_;
    for (const auto& store : *stores) {
      auto opened = co_await store->open(digest);
      if (opened || opened.error().code != ErrorCode::BlobUnknown || store == stores->back()) co_return opened;
    }
    co_return fail(ErrorCode::BlobUnknown, "The blob is not stored.", digest.toString());
  }

  Task<Result<std::optional<BlobInfo>>> renew(Digest digest) override {
    auto stores = stores_;
    std::optional<BlobInfo> kept;
    for (const auto& store : *stores) {
      auto renewed = co_await store->renew(digest);
      if (!renewed) co_return renewed;
      if (!kept) kept = *renewed;
    }
    co_return kept;
  }

  Task<Result<bool>> removeUnlessRenewed(Digest digest, std::chrono::system_clock::time_point before) override {
    auto stores = stores_;
    bool any = false;
    for (const auto& store : *stores) {
      auto removed = co_await store->removeUnlessRenewed(digest, before);
      if (!removed) co_return removed;
      any = any || *removed;
    }
    co_return any;
  }

  Task<Result<void>> remove(Digest digest) override {
    auto stores = stores_;
    for (const auto& store : *stores) {
      if (auto removed = co_await store->remove(digest); !removed) co_return removed;
    }
    co_return Result<void>{};
  }

  // The copy that open() gives, which is the one that was found to be damaged.
  Task<Result<std::string>> quarantine(Digest digest) override {
    auto stores = stores_;
    for (const auto& store : *stores) {
      auto found = co_await store->stat(digest);
      if (!found) co_return fail(found.error());
      if (*found) co_return co_await store->quarantine(digest);
    }
    co_return "";
  }

  Task<Result<std::vector<BlobInfo>>> list(std::optional<Digest> after, std::size_t limit) override {
    auto stores = stores_;
    std::vector<BlobInfo> all;
    for (const auto& store : *stores) {
      auto page = co_await store->list(after, limit);
      if (!page) co_return page;
      add(all, std::move(*page));
    }
    if (all.size() > limit) all.erase(all.begin() + static_cast<std::ptrdiff_t>(limit), all.end());
    co_return all;
  }

  Task<Result<std::unique_ptr<BlobWriter>>> write(std::string id) override {
    return stores_->front()->write(std::move(id));
  }

  Task<Result<std::vector<PartialInfo>>> partials() override {
    auto stores = stores_;
    std::vector<PartialInfo> all;
    for (const auto& store : *stores) {
      auto more = co_await store->partials();
      if (!more) co_return more;
      all.insert(all.end(), std::make_move_iterator(more->begin()), std::make_move_iterator(more->end()));
    }
    co_return all;
  }

  Task<Result<void>> removePartial(std::string id) override {
    auto stores = stores_;
    for (const auto& store : *stores) {
      if (auto removed = co_await store->removePartial(id); !removed) co_return removed;
    }
    co_return Result<void>{};
  }

  Task<std::vector<Result<BlobInfo>>> putAll(std::vector<SmallBlob> blobs) override {
    return stores_->front()->putAll(std::move(blobs));
  }

  Task<Result<StoreUsage>> usage() override {
    auto stores = stores_;
    auto all = co_await stores->front()->usage();
    for (std::size_t i = 1; i < stores->size() && all; ++i) {
      auto usage = co_await (*stores)[i]->usage();
      if (!usage) co_return usage;
      *all += *usage;
    }
    co_return all;
  }

 private:
  Stores stores_;
};

}  // namespace

std::shared_ptr<BlobStore> joinBlobStores(std::vector<std::shared_ptr<BlobStore>> stores) {
  if (stores.size() == 1) return std::move(stores.front());
  return std::make_shared<JoinedBlobStore>(std::move(stores));
}

}  // namespace larder::storage
