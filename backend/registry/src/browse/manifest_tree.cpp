#include "browse/manifest_tree.hpp"

#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "larder/runtime/offload_large.hpp"

namespace larder::registry {
namespace {

constexpr std::size_t kMaxManifests = 1000;
constexpr std::size_t kMaxBlobs = 10'000;
constexpr std::size_t kMaxDepth = 4;
// A small index can name the same long manifest a thousand times, or a thousand different ones: what is read for a tree
// and what is shown of it are bounded as a whole.
constexpr std::size_t kMaxReadBytes = std::size_t{16} << 20;
constexpr std::size_t kMaxShownBytes = std::size_t{1} << 20;
// What an answer has of each besides its texts.
constexpr std::size_t kNodeBytes = 400;
constexpr std::size_t kBlobBytes = 200;

// What is left of a bound; once something did not fit, nothing does.
class Budget {
 public:
  explicit Budget(std::size_t amount) : left_(amount) {}
  bool take(std::size_t amount = 1) {
    exceeded_ = exceeded_ || amount > left_;
    if (!exceeded_) left_ -= amount;
    return !exceeded_;
  }
  bool exceeded() const { return exceeded_; }
  std::size_t left() const { return left_; }

 private:
  std::size_t left_;
  bool exceeded_ = false;
};

template <class Visit>
void forEachBlob(ManifestNode& node, const Visit& visit) {
  if (node.config) visit(*node.config);
  for (auto& layer : node.layers) visit(layer);
  for (auto& child : node.manifests) forEachBlob(child, visit);
}

class Tree {
 public:
  Tree(std::shared_ptr<Context> context, std::string repository)
      : context_(std::move(context)), repository_(std::move(repository)) {}

  Task<Result<void>> grow(ManifestNode* node, std::shared_ptr<const std::string> content, std::size_t depth);
  Task<Result<void>> locate(ManifestNode* root);
  bool isTruncated() const {
    return cut_ || manifests_.exceeded() || blobs_.exceeded() || read_.exceeded() || shown_.exceeded();
  }
  // Roughly, of the answer.
  std::size_t shownBytes() const { return kMaxShownBytes - shown_.left(); }

 private:
  Task<Result<void>> growChild(ManifestNode* child, std::size_t depth);
  void takeBlobs(const ManifestDocument& document, ManifestNode& into);
  // Annotations as far as they are shown.
  Task<std::string> shown(std::string annotationsJson);

  std::shared_ptr<Context> context_;
  std::string repository_;
  Budget manifests_{kMaxManifests}, blobs_{kMaxBlobs}, read_{kMaxReadBytes}, shown_{kMaxShownBytes};
  bool cut_ = false;  // something else
  std::unordered_set<Digest> unfolded_;
};

// An index may name blobs too, as build caches do: they are shown as layers.
void Tree::takeBlobs(const ManifestDocument& document, ManifestNode& into) {
  auto take = [&](const Descriptor& descriptor) -> std::optional<NamedBlob> {
    if (!blobs_.take() || !shown_.take(kBlobBytes + descriptor.mediaType.size())) return std::nullopt;
    return NamedBlob{descriptor.digest, descriptor.mediaType, descriptor.size};
  };
  auto addLayer = [&](const Descriptor& descriptor) {
    if (auto blob = take(descriptor)) into.layers.push_back(std::move(*blob));
  };
  if (document.config) into.config = take(*document.config);
  for (const auto& layer : document.layers) addLayer(layer);
  for (const auto& entry : document.manifests) {
    if (!leadsToManifest(entry)) addLayer(entry);
  }
}

Task<std::string> Tree::shown(std::string annotationsJson) {
  auto bytes = annotationsJson.size();
  auto kept = co_await runtime::offloadLarge(context_->runtime.blocking(), bytes,
                                             [annotationsJson = std::move(annotationsJson)]() mutable {
                                               return cutAnnotations(std::move(annotationsJson), kShownAnnotations);
                                             });
  cut_ = cut_ || kept.size() < bytes;
  if (!shown_.take(kept.size())) kept.clear();
  co_return kept;
}

Task<Result<void>> Tree::grow(ManifestNode* node, std::shared_ptr<const std::string> content, std::size_t depth) {
  unfolded_.insert(node->digest);
  auto document = co_await parseManifestOn(context_->runtime.blocking(), content.get(), &node->mediaType);
  if (!document) co_return core::fail(document.error());
  node->stored = true;
  node->mediaType = document->mediaType;
  node->artifactType = document->artifactType;
  node->subject = document->subject;
  auto annotations = co_await shown(std::move(document->annotationsJson));
  // Those of the descriptor say what the index thinks of it; those of the manifest itself say more.
  if (!annotations.empty()) node->annotationsJson = std::move(annotations);
  takeBlobs(*document, *node);
  for (auto& entry : document->manifests) {
    if (!leadsToManifest(entry)) continue;
    if (!manifests_.take() || !shown_.take(kNodeBytes + entry.mediaType.size() + entry.artifactType.size())) break;
    auto& child = node->manifests.emplace_back();
    child.digest = entry.digest;
    child.mediaType = std::move(entry.mediaType);
    child.artifactType = std::move(entry.artifactType);
    child.size = entry.size;
    child.annotationsJson = co_await shown(std::move(entry.annotationsJson));
    if (!entry.platform.empty()) child.platform = parsePlatform(entry.platform);
    auto grown = co_await growChild(&child, depth + 1);
    if (!grown) co_return grown;
  }
  co_return Result<void>{};
}

Task<Result<void>> Tree::growChild(ManifestNode* child, std::size_t depth) {
  auto reference = Reference::ofDigest(child->digest);
  auto known = co_await context_->meta->manifest(repository_, reference);
  if (!known) co_return core::fail(known.error());
  if (!*known) co_return Result<void>{};
  const auto& record = (*known)->manifest;
  child->stored = true;
  child->size = record.size;
  child->mediaType = record.mediaType;
  child->repeated = unfolded_.contains(child->digest);
  if (child->repeated) co_return Result<void>{};
  cut_ = cut_ || depth >= kMaxDepth;
  if (depth >= kMaxDepth || !read_.take(record.size)) co_return Result<void>{};
  auto stored = co_await loadManifest(context_->meta, context_->blobs, repository_, std::move(reference));
  if (!stored) co_return core::fail(stored.error());
  child->stored = stored->has_value();
  if (!child->stored) co_return Result<void>{};
  co_return co_await grow(child, (*stored)->content, depth);
}

// Where the blobs are is asked of the store at once. That a manifest names a digest lets nobody know whether another
// repository has it.
Task<Result<void>> Tree::locate(ManifestNode* root) {
  std::unordered_map<Digest, storage::Whereabouts> places;
  std::vector<Digest> asked;
  forEachBlob(*root, [&](const NamedBlob& blob) {
    if (places.try_emplace(blob.digest).second) asked.push_back(blob.digest);
  });
  auto found = co_await context_->browse->whereabouts(repository_, asked);
  if (!found) co_return core::fail(found.error());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    auto place = (*found)[i];
    place.elsewhere = place.elsewhere && place.here;
    if (place.here) {
      auto stored = co_await context_->blobs->stat(asked[i]);
      if (!stored) co_return core::fail(stored.error());
      place.here = stored->has_value();
    }
    places[asked[i]] = place;
  }
  forEachBlob(*root, [&](NamedBlob& blob) {
    const auto& place = places[blob.digest];
    blob.stored = place.here;
    blob.shared = place.elsewhere;
  });
  co_return Result<void>{};
}

using Unfolded = std::unordered_map<Digest, const ManifestNode*>;

bool isUnfolded(const ManifestNode& node) {
  return node.config || !node.layers.empty() || !node.manifests.empty();
}

void collect(const ManifestNode& node, Unfolded& into) {
  auto& known = into[node.digest];
  if (known == nullptr || !isUnfolded(*known)) known = &node;
  for (const auto& child : node.manifests) collect(child, into);
}

struct Sums {
  const Unfolded& unfolded;
  std::uint64_t total = 0, stored = 0;
  std::unordered_set<Digest> seen;

  bool add(const Digest& digest, std::uint64_t size, bool isStored) {
    if (!seen.insert(digest).second) return false;
    total += size;
    if (isStored) stored += size;
    return true;
  }
  void add(const ManifestNode& named) {
    const auto& node = *unfolded.at(named.digest);
    if (!add(node.digest, node.size, node.stored)) return;
    if (node.config) add(node.config->digest, node.config->size, node.config->stored);
    for (const auto& layer : node.layers) add(layer.digest, layer.size, layer.stored);
    for (const auto& child : node.manifests) add(child);
  }
};

void measure(ManifestNode& node, const Unfolded& unfolded) {
  for (auto& child : node.manifests) measure(child, unfolded);
  if (node.repeated) return;
  Sums sums{unfolded, 0, 0, {}};
  sums.add(node);
  node.totalBytes = sums.total;
  node.storedBytes = sums.stored;
}

void measureRepeated(ManifestNode& node, const Unfolded& unfolded) {
  for (auto& child : node.manifests) measureRepeated(child, unfolded);
  const auto& known = *unfolded.at(node.digest);
  node.totalBytes = known.totalBytes;
  node.storedBytes = known.storedBytes;
}

}  // namespace

Platform parsePlatform(std::string_view text) {
  auto next = [&text] {
    auto end = std::min(text.find('/'), text.size());
    std::string part(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
  };
  Platform platform;
  platform.os = next();
  platform.architecture = next();
  platform.variant = std::string(text);
  return platform;
}

Task<Result<ManifestTree>> growTree(std::shared_ptr<Context> context, std::string repository,
                                    storage::ManifestRecord record, std::shared_ptr<const std::string> content) {
  ManifestTree tree;
  auto& root = tree.root;
  root.digest = record.digest;
  root.mediaType = std::move(record.mediaType);
  root.size = record.size;
  auto blocking = context->runtime.blocking();
  Tree growing(std::move(context), std::move(repository));
  auto grown = co_await growing.grow(&root, std::move(content), 0);
  if (grown) grown = co_await growing.locate(&root);
  if (!grown) co_return core::fail(grown.error());
  tree.truncated = growing.isTruncated();
  co_await runtime::offloadLarge(blocking, growing.shownBytes(), [&root] {
    Unfolded unfolded;
    collect(root, unfolded);
    measure(root, unfolded);
    measureRepeated(root, unfolded);
  });
  co_return tree;
}

}  // namespace larder::registry
