#include "larder/storage/change_feed.hpp"

#include <utility>
#include <variant>

namespace larder::storage {
namespace {

using Kind = ContentChange::Kind;

struct Reader {
  bool replaces;

  Kind put() const { return replaces ? Kind::Replaced : Kind::Added; }
  std::optional<ContentChange> operator()(const change::EnsureRepository& change) const {
    return ContentChange{put(), change.name, std::nullopt};
  }
  std::optional<ContentChange> operator()(const change::RemoveRepository& change) const {
    return ContentChange{Kind::Removed, change.name, std::nullopt};
  }
  // What has a digest never changes.
  std::optional<ContentChange> operator()(const change::PutManifest& change) const {
    return ContentChange{Kind::Added, change.repository, Reference::ofDigest(change.manifest.digest)};
  }
  std::optional<ContentChange> operator()(const change::LinkBlob& change) const {
    return ContentChange{Kind::Added, change.repository, Reference::ofDigest(change.digest)};
  }
  std::optional<ContentChange> operator()(const change::SetTag& change) const {
    return ContentChange{put(), change.repository, Reference::ofTag(change.tag.name)};
  }
  std::optional<ContentChange> operator()(const change::RemoveManifest& change) const {
    return ContentChange{Kind::Removed, change.repository, Reference::ofDigest(change.digest)};
  }
  std::optional<ContentChange> operator()(const change::RemoveTag& change) const {
    return ContentChange{Kind::Removed, change.repository, Reference::ofTag(change.tag)};
  }
  std::optional<ContentChange> operator()(const change::UnlinkBlob& change) const {
    return ContentChange{Kind::Removed, change.repository, Reference::ofDigest(change.digest)};
  }
  std::optional<ContentChange> operator()(const change::PutUpload&) const { return std::nullopt; }
  std::optional<ContentChange> operator()(const change::RemoveUpload&) const { return std::nullopt; }
  std::optional<ContentChange> operator()(const change::NotePull&) const { return std::nullopt; }
  std::optional<ContentChange> operator()(const change::NoteChecked&) const { return std::nullopt; }
};

}  // namespace

std::optional<ContentChange> contentChange(const MetaChange& change, bool replaces) {
  return std::visit(Reader{replaces}, change);
}

ChangeFeed::Subscription& ChangeFeed::Subscription::operator=(Subscription&& other) noexcept {
  std::swap(feed_, other.feed_);
  std::swap(number_, other.number_);
  return *this;
}

ChangeFeed::Subscription::~Subscription() {
  if (feed_) feed_->end(number_);
}

ChangeFeed::Subscription ChangeFeed::subscribe(Listener listener) {
  std::lock_guard lock(mutex_);
  auto number = ++numbers_;
  listeners_.emplace(number, std::move(listener));
  return {shared_from_this(), number};
}

void ChangeFeed::tell(const ContentChanges& changes) {
  if (changes.empty()) return;
  std::lock_guard lock(mutex_);
  for (const auto& [number, listener] : listeners_) listener(changes);
}

void ChangeFeed::end(std::uint64_t number) {
  std::lock_guard lock(mutex_);
  listeners_.erase(number);
}

}  // namespace larder::storage
